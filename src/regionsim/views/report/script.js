"use strict";
// Moves one date through all charts and shows its figures. Without the script the page shows the last date.
(() => {
  const data = JSON.parse(document.getElementById("numbers").textContent);
  const slider = document.getElementById("date");
  const shownDate = document.getElementById("date-shown");
  const panels = [...document.querySelectorAll("svg.panel")].map((svg) => ({
    svg,
    line: svg.querySelector(".cursor"),
    words: svg.parentElement.querySelector(".readout"),
    chart: data.charts[Number(svg.dataset.chart)],
    fan: svg.dataset.fan,
    gap: svg.dataset.gap,
  }));

  const digits = new Intl.NumberFormat("en", { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
  const number = (value) => (value === 0 ? "0" : Math.abs(value) >= 999500 ? digits.format(value / 1e6) + "M" : digits.format(value));
  const points = (size) => (size === 0 ? "0" : size >= 1 ? size.toFixed(1) : String(Number(size.toPrecision(2))));
  const bare = (unit) => unit === "" || unit.startsWith("0") || unit.startsWith("index");

  function amount(value, unit, signed, named) {
    if (value === null) return "unknown";
    const sign = !signed ? (value < 0 ? "-" : "") : value > 0 ? "+" : value < 0 ? "\u2212" : "";
    const size = Math.abs(value);
    if (unit === "share") return sign + (signed ? points(100 * size) : (100 * size).toFixed(1)) + (!signed ? "%" : named ? " points" : "");
    return sign + number(size) + (bare(unit) || !named ? "" : " " + unit);
  }

  function dayWords(day) {
    const options = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
    return new Intl.DateTimeFormat("en-GB", options).format(new Date(day + "T00:00:00Z"));
  }

  function words(panel, at) {
    const { unit } = panel.chart;
    const gap = panel.gap !== undefined;
    const quantiles = gap ? panel.chart.gaps[Number(panel.gap)] : panel.chart.fans[Number(panel.fan)];
    if (quantiles.same) return "Identical in every pair of worlds at every date.";
    const plain = (name) => amount(quantiles[name][at], unit, gap, false);
    const named = (name) => amount(quantiles[name][at], unit, gap, true);
    const middle = (gap ? "median difference " : "median ") + named("p50");
    const end = gap && unit === "share" ? " points" : "";
    return (
      `${dayWords(data.dates[at])}: ${middle}; half of the ${gap ? "pairs" : "worlds"} ${plain("p25")} to ` +
      `${plain("p75")}${end}; 90% of them ${plain("p05")} to ${plain("p95")}${end}.`
    );
  }

  function show(at) {
    const share = data.dates.length > 1 ? at / (data.dates.length - 1) : 1;
    for (const panel of panels) {
      const from = Number(panel.line.dataset.from);
      const x = from + share * (Number(panel.line.dataset.to) - from);
      panel.line.setAttribute("x1", x);
      panel.line.setAttribute("x2", x);
      panel.line.setAttribute("visibility", "visible");
      panel.words.textContent = words(panel, at);
    }
    slider.value = at;
    slider.setAttribute("aria-valuetext", dayWords(data.dates[at]));
    shownDate.textContent = dayWords(data.dates[at]);
  }

  function pointed(panel, event) {
    const box = panel.svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * panel.svg.viewBox.baseVal.width;
    const from = Number(panel.line.dataset.from);
    const share = (x - from) / (Number(panel.line.dataset.to) - from);
    show(Math.round(Math.min(Math.max(share, 0), 1) * (data.dates.length - 1)));
  }

  slider.max = data.dates.length - 1;
  slider.addEventListener("input", () => show(Number(slider.value)));
  for (const panel of panels) {
    panel.svg.addEventListener("pointermove", (event) => pointed(panel, event));
    panel.svg.addEventListener("click", (event) => pointed(panel, event));
  }
  slider.value = slider.max;
  document.getElementById("steer").hidden = false;
  shownDate.textContent = dayWords(data.dates[data.dates.length - 1]);

  // what is folded away is printed too, and folded again afterwards
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")].filter((details) => !details.classList.contains("long"));
    for (const details of opened) details.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });
})();
