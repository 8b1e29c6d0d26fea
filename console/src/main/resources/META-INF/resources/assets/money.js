// Small helps on pages about money; all of them work without.
(function () {
  "use strict";

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.addEventListener("click", function () {
      window.print();
    });
  });

  // While a form of money works, its button says so.
  document.addEventListener("submit", function (event) {
    var button = event.submitter;
    if (button && button.dataset.busy && !event.defaultPrevented) {
      button.dataset.idle = button.textContent;
      button.textContent = button.dataset.busy;
    }
  });

  window.addEventListener("pageshow", function () {
    document.querySelectorAll("[data-idle]").forEach(function (button) {
      button.textContent = button.dataset.idle;
      delete button.dataset.idle;
    });
  });
})();
