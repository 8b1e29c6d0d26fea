// What works without this file works a little better with it.
(function () {
  "use strict";

  // Menus: one open at a time, closed by Escape or by a click elsewhere.
  var menus = "details.menu, details.sheet, details.confirm";

  function closeOthers(keep) {
    document.querySelectorAll("details.menu[open], details.sheet[open]").forEach(function (open) {
      if (open !== keep && !open.contains(keep)) {
        open.removeAttribute("open");
      }
    });
  }

  document.addEventListener("click", function (event) {
    closeOthers(event.target.closest("details.menu, details.sheet"));
    var close = event.target.closest("[data-close]");
    if (close) {
      var details = close.closest("details");
      details.removeAttribute("open");
      details.querySelector("summary").focus();
    }
    var copy = event.target.closest("[data-copy]");
    if (copy) {
      copyText(copy);
    }
  });

  document.addEventListener("keydown", function (event) {
    var open = event.key === "Escape" && event.target.closest && event.target.closest(menus);
    if (open && open.open) {
      open.removeAttribute("open");
      open.querySelector("summary").focus();
    }
  });

  // Theme: switched at once, remembered by the server's cookie.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.matches("[data-themes]") && event.submitter) {
      event.preventDefault();
      var choice = event.submitter.value;
      window.scripTheme(choice);
      document.querySelectorAll("[data-themes] button").forEach(function (button) {
        button.setAttribute("aria-pressed", String(button.value === choice));
      });
      var body = new URLSearchParams(new FormData(form));
      body.set("theme", choice);
      fetch(form.action, { method: "POST", body: body, redirect: "manual" });
      return;
    }
    // A form is sent once; the button is dead while it works.
    if (form.matches("[data-once]")) {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "yes";
      form.setAttribute("aria-busy", "true");
    }
  });

  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    });
  });

  // A page that is the answer to a form takes the address of the list, so that a reload sends nothing.
  var address = document.querySelector("[data-address]");
  if (address) {
    history.replaceState(null, "", address.dataset.address);
  }

  function copyText(button) {
    var source = document.getElementById(button.dataset.copy);
    var label = button.querySelector("[data-copy-label]") || button;
    var before = label.textContent;
    navigator.clipboard.writeText(source.textContent.trim()).then(
      function () {
        label.textContent = "Copied";
        setTimeout(function () {
          label.textContent = before;
        }, 2000);
      },
      function () {
        // The browser refuses the clipboard: select the text, so that one key copies it.
        window.getSelection().selectAllChildren(source);
      }
    );
  }
})();
