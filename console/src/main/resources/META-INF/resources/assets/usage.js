// Draws the table of days and models as a chart: the same figures, from the same rows.
(function () {
  "use strict";

  var PALETTES = {
    light: ["#1c6b4a", "#3f7cac", "#b26a00", "#7a4b94", "#a63d40", "#4f6d30", "#2f6f73", "#6b6f6d"],
    dark: ["#6fc79b", "#8dbbe3", "#e3b04b", "#c39bd8", "#f0908b", "#a9c97f", "#74c5c9", "#aab0ad"],
  };
  var MILLISECONDS_OF_A_DAY = 86400000;

  function daysBetween(from, to) {
    var days = [];
    for (var at = Date.parse(from); at <= Date.parse(to); at += MILLISECONDS_OF_A_DAY) {
      days.push(new Date(at).toISOString().slice(0, 10));
    }
    return days;
  }

  function read(rows) {
    var models = [];
    var cells = {};
    rows.forEach(function (row) {
      if (models.indexOf(row.dataset.model) < 0) {
        models.push(row.dataset.model);
      }
      cells[row.dataset.model + "\n" + row.dataset.day] = row;
    });
    return { models: models.sort(), cells: cells };
  }

  function draw(box) {
    var rows = Array.from(
      document.getElementById(box.dataset.usageChart).querySelectorAll("tbody tr")
    );
    var days = daysBetween(box.dataset.from, box.dataset.to);
    var usage = read(rows);
    var style = getComputedStyle(document.documentElement);
    var ink = style.getPropertyValue("--ink-soft").trim();
    var hair = style.getPropertyValue("--hair").trim();
    var dark = document.documentElement.getAttribute("data-bs-theme") === "dark";
    var palette = PALETTES[dark ? "dark" : "light"];
    var dollars = new Intl.NumberFormat(undefined, {
      style: "currency",
      currency: "USD",
      maximumSignificantDigits: 3,
    });
    var dayName = new Intl.DateTimeFormat(undefined, {
      day: "numeric",
      month: "short",
      timeZone: "UTC",
    });

    function cell(item) {
      return usage.cells[usage.models[item.datasetIndex] + "\n" + days[item.index]];
    }

    return new window.Chart(box.querySelector("canvas"), {
      type: "bar",
      data: {
        labels: days.map(function (day) {
          return dayName.format(new Date(day));
        }),
        datasets: usage.models.map(function (model, index) {
          return {
            label: model,
            data: days.map(function (day) {
              var row = usage.cells[model + "\n" + day];
              return row ? Number(row.dataset.cost) : null;
            }),
            backgroundColor: palette[index % palette.length],
            maxBarThickness: 48,
          };
        }),
      },
      options: {
        animation: false,
        maintainAspectRatio: false,
        interaction: { mode: "nearest", intersect: true },
        onClick: function (event, items) {
          if (items.length) {
            var row = cell({ datasetIndex: items[0].datasetIndex, index: items[0].index });
            window.location.assign(row.dataset.opens);
          }
        },
        onHover: function (event, items) {
          event.native.target.classList.toggle("opens", items.length > 0);
        },
        plugins: {
          legend: { position: "bottom", labels: { color: ink, boxWidth: 12, boxHeight: 12 } },
          tooltip: {
            callbacks: {
              label: function (item) {
                var row = cell({ datasetIndex: item.datasetIndex, index: item.dataIndex });
                return item.dataset.label + ": " + row.dataset.shown;
              },
            },
          },
        },
        scales: {
          x: {
            stacked: true,
            grid: { display: false },
            border: { color: hair },
            ticks: { color: ink, maxRotation: 0, autoSkipPadding: 16 },
          },
          y: {
            stacked: true,
            beginAtZero: true,
            grid: { color: hair },
            border: { display: false },
            ticks: {
              color: ink,
              maxTicksLimit: 6,
              callback: function (value) {
                return dollars.format(value);
              },
            },
          },
        },
      },
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-usage-chart]").forEach(function (box) {
      box.hidden = false;
      var chart = draw(box);
      function again() {
        chart.destroy();
        chart = draw(box);
      }
      document.addEventListener("scrip:theme", again);
      window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
    });
  });
})();
