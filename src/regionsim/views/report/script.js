"use strict";
// Moves one date through all charts, tables and sentences. Without the script the page shows the last date.
(() => {
  const data = JSON.parse(document.getElementById("numbers").textContent);
  const slider = document.getElementById("date");
  const shownDate = document.getElementById("date-shown");
  const tableDate = document.getElementById("table-date");
  const panels = [...document.querySelectorAll("svg.panel")].map((svg) => ({
    svg,
    line: svg.querySelector(".cursor"),
    words: [...svg.closest("figure").querySelectorAll(".readout")],
    chart: data.charts[Number(svg.dataset.chart)],
    gap: svg.dataset.gap,
  }));
  const cells = [...document.querySelectorAll("td[data-chart]")].map((cell) => ({
    cell,
    chart: data.charts[Number(cell.dataset.chart)],
    fan: cell.dataset.fan,
    gap: cell.dataset.gap,
  }));

  const digits = new Intl.NumberFormat("en", { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
  const whole = new Intl.NumberFormat("en");
  const number = (value) => (value === 0 ? "0" : Math.abs(value) >= 999500 ? digits.format(value / 1e6) + "M" : digits.format(value));
  const points = (size) => (size === 0 ? "0" : size >= 1 ? size.toFixed(1) : String(Number(size.toPrecision(2))));
  const bare = (unit) => unit === "" || unit.startsWith("0") || unit.startsWith("index");

  function amount(value, unit, signed, named) {
    if (value === null) return "unknown";
    const sign = !signed ? (value < 0 ? "\u2212" : "") : value > 0 ? "+" : value < 0 ? "\u2212" : "";
    const size = Math.abs(value);
    if (unit === "share") return sign + (signed ? points(100 * size) : (100 * size).toFixed(1)) + (!signed ? "%" : named ? " points" : "");
    return sign + number(size) + (bare(unit) || !named ? "" : " " + unit);
  }

  function dayWords(day) {
    const options = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
    return new Intl.DateTimeFormat("en-GB", options).format(new Date(day + "T00:00:00Z"));
  }

  function overlayWords(chart, at) {
    const parts = chart.fans.map((fan, k) => {
      const [middle, low, high] = ["p50", "p05", "p95"].map((name) => amount(fan[name][at], chart.unit, false, name === "p50"));
      return `${data.titles[k]} ${middle} (90% of worlds ${low} to ${high})`;
    });
    return `${dayWords(data.dates[at])}, medians: ${parts.join("; ")}.`;
  }

  function reachWords(chart, at) {
    const parts = chart.reached.map((counts, k) => `${data.titles[k]} in ${whole.format(counts[at])} of ${whole.format(data.worlds[k])} worlds`);
    return `${dayWords(data.dates[at])}: ${chart.title} is ${chart.asked}: ${parts.join("; ")}.`;
  }

  function gapWords(panel, at) {
    const { unit } = panel.chart;
    const quantiles = panel.chart.gaps[Number(panel.gap)];
    if (quantiles.same) return "Identical in every pair of worlds at every date.";
    const plain = (name) => amount(quantiles[name][at], unit, true, false);
    const end = unit === "share" ? " points" : "";
    return (
      `${dayWords(data.dates[at])}: median difference ${amount(quantiles.p50[at], unit, true, true)}; half of the pairs ` +
      `${plain("p25")} to ${plain("p75")}${end}; 90% of them ${plain("p05")} to ${plain("p95")}${end}.`
    );
  }

  function words(panel, says, at) {
    if (says === "overlay") return overlayWords(panel.chart, at);
    return says === "reach" ? reachWords(panel.chart, at) : gapWords(panel, at);
  }

  function cellWords({ chart, fan, gap }, at) {
    const unit = chart.unit === "share" ? "share" : "";
    if (fan !== undefined) return amount(chart.fans[Number(fan)].p50[at], unit, false, false);
    const quantiles = chart.gaps[Number(gap)];
    return quantiles.same ? "0" : amount(quantiles.p50[at], unit, true, true);
  }

  function show(at) {
    const share = data.dates.length > 1 ? at / (data.dates.length - 1) : 1;
    for (const panel of panels) {
      const from = Number(panel.line.dataset.from);
      const x = from + share * (Number(panel.line.dataset.to) - from);
      panel.line.setAttribute("x1", x);
      panel.line.setAttribute("x2", x);
      panel.line.setAttribute("visibility", "visible");
      for (const readout of panel.words) readout.textContent = words(panel, readout.dataset.says, at);
    }
    for (const each of cells) each.cell.textContent = cellWords(each, at);
    slider.value = at;
    slider.setAttribute("aria-valuetext", dayWords(data.dates[at]));
    shownDate.textContent = dayWords(data.dates[at]);
    if (tableDate) tableDate.textContent = dayWords(data.dates[at]);
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
  document.getElementById("steer").hidden = panels.length === 0;
  shownDate.textContent = dayWords(data.dates[data.dates.length - 1]);

  // a link into the appendix opens the part it leads to
  function opened() {
    const part = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const fold = part && part.closest("details");
    if (fold) fold.open = true;
  }
  window.addEventListener("hashchange", opened);
  opened();
})();
