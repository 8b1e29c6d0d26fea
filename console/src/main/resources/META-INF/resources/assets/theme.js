// Runs before the first paint, so that a dark page never flashes white, and again when asked.
(function () {
  "use strict";
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");

  function apply() {
    var chosen = root.dataset.theme;
    var theme = chosen === "light" || chosen === "dark" ? chosen : dark.matches ? "dark" : "light";
    root.setAttribute("data-bs-theme", theme);
  }

  root.classList.add("has-script");
  apply();
  dark.addEventListener("change", apply);

  window.scripTheme = function (choice) {
    root.dataset.theme = choice;
    apply();
    document.dispatchEvent(new CustomEvent("scrip:theme"));
  };

  // Times are shown in the reader's zone from the second page on; a chosen zone is left alone.
  if (!/(^|; )scrip_zone=/.test(document.cookie)) {
    var zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (zone) {
      document.cookie = "scrip_zone=" + encodeURIComponent(zone) + "; path=/; max-age=31536000; samesite=lax";
    }
  }
})();
