// Pictures: fans, dots, single worlds, the map. All text goes in as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";
const FAN = { wide: 340, high: 172, left: 46, right: 10, top: 8, bottom: 20 };

function svg(name, attributes, parent, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  if (parent) parent.append(made);
  return made;
}

function html(name, properties, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties || {})) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key in made && key !== "list") made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((each) => each !== null && each !== undefined));
  return made;
}

function shown(value, signed) {
  if (!Number.isFinite(value)) return "-";
  const size = Math.abs(value);
  const sign = value < 0 ? "\u2212" : signed && value > 0 ? "+" : "";
  if (size === 0) return "0";
  if (size >= 1e6) return `${sign}${(size / 1e6).toPrecision(3)} m`;
  if (size >= 1e4) return `${sign}${(size / 1e3).toPrecision(3)} k`;
  if (size >= 100) return `${sign}${Math.round(size)}`;
  return sign + (size >= 1 ? size.toPrecision(3) : size < 0.0005 ? size.toExponential(0) : size.toFixed(3));
}

function scaleOf(low, high, from, to) {
  const span = high > low ? high - low : 1;
  return (value) => from + ((value - low) / span) * (to - from);
}

function band(upper, lower, x, y) {
  const there = upper.map((value, t) => `${x(t).toFixed(1)},${y(value).toFixed(1)}`);
  const back = lower.map((value, t) => `${x(t).toFixed(1)},${y(value).toFixed(1)}`).reverse();
  return [...there, ...back].join(" ");
}

function line(values, x, y) {
  return values.map((value, t) => `${x(t).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
}

// A fan chart. fans: [{kind, q: {p05, p25, p50, p75, p95} of points}], in the order of drawing; worlds: single lines;
// more: values that must fit. Gives the scales of points and values.
function drawFan(box, weeks, years, fans, marks, zero, worlds, picked, more = []) {
  const values = fans.flatMap((fan) => [...fan.q.p05, ...fan.q.p95]).filter(Number.isFinite);
  if (worlds) for (const each of worlds) for (const value of each) if (Number.isFinite(value)) values.push(value);
  if (zero) values.push(0);
  values.push(...more.filter(Number.isFinite));
  let low = Math.min(...values), high = Math.max(...values);
  if (!(high > low)) { low -= 1; high += 1; }
  const x0 = scaleOf(weeks[0], weeks[weeks.length - 1], FAN.left, FAN.wide - FAN.right);
  const x = (t) => x0(weeks[t]), y = scaleOf(low, high, FAN.high - FAN.bottom, FAN.top);
  box.replaceChildren();
  for (const [week, label] of years) {
    svg("line", { x1: x0(week), x2: x0(week), y1: FAN.high - FAN.bottom, y2: FAN.high - FAN.bottom + 4, class: "tick" }, box);
    svg("text", { x: x0(week), y: FAN.high - 4, "text-anchor": "middle", class: "small" }, box, label);
  }
  for (const value of [low, high]) {
    svg("text", { x: FAN.left - 4, y: y(value) + (value === low ? 0 : 8), "text-anchor": "end", class: "small" }, box, shown(value));
  }
  if (zero || (low < 0 && high > 0)) svg("line", { x1: FAN.left, x2: FAN.wide - FAN.right, y1: y(0), y2: y(0), class: "zero" }, box);
  for (const mark of marks) svg("line", { x1: x0(mark), x2: x0(mark), y1: FAN.top, y2: FAN.high - FAN.bottom, class: "mark" }, box);
  for (const fan of fans) {
    const n = fan.q.p50.length;
    if (!n) continue;
    if (fan.kind !== "guess") {
      svg("polygon", { points: band(fan.q.p95, fan.q.p05, x, y), class: `outer ${fan.kind}` }, box);
      svg("polygon", { points: band(fan.q.p75, fan.q.p25, x, y), class: `inner ${fan.kind}` }, box);
    } else {
      svg("polyline", { points: line(fan.q.p05, x, y), class: "edge guess" }, box);
      svg("polyline", { points: line(fan.q.p95, x, y), class: "edge guess" }, box);
    }
    svg("polyline", { points: line(fan.q.p50, x, y), class: `middle ${fan.kind}` }, box);
  }
  if (worlds) {
    worlds.forEach((each, k) => svg("polyline", { points: line(each.filter(Number.isFinite), x, y), class: k === picked ? "world picked" : "world", "data-world": k }, box));
  }
  return { x, y };
}

// Twenty worlds as dots: the quantiles of the values at the end, stacked.
function drawDots(box, values, colourOf, zero) {
  const high = 46, sorted = sortedFinite(values);
  box.replaceChildren();
  if (!sorted.length) return;
  const dots = Array.from({ length: 20 }, (_, k) => quantile(sorted, (k + 0.5) / 20));
  let low = Math.min(dots[0], zero ? 0 : dots[0]), top = Math.max(dots[19], zero ? 0 : dots[19]);
  if (!(top > low)) { low -= 1; top += 1; }
  const x = scaleOf(low, top, FAN.left + 4, FAN.wide - FAN.right - 4), stacks = new Map();
  if (zero) svg("line", { x1: x(0), x2: x(0), y1: 0, y2: high, class: "zero" }, box);
  for (const value of dots) {
    const column = Math.round(x(value) / 8);
    stacks.set(column, [...(stacks.get(column) || []), value]);
  }
  // a tall stack stands in several columns of six
  for (const [column, stack] of stacks) stack.forEach((value, k) => {
    const wide = Math.ceil(stack.length / 6), side = (Math.floor(k / 6) - (wide - 1) / 2) * 7.2;
    svg("circle", { cx: Math.min(Math.max(column * 8, FAN.left + wide * 3.6), FAN.wide - FAN.right - wide * 3.6) + side, cy: high - 4 - (k % 6) * 7.2, r: 3.1, class: colourOf(value) }, box);
  });
}

// Crossings at their coordinates: the larger and redder, the more days shut; the trade route as thick as its flow.
function drawMap(box, map, days, trade, largest) {
  const wide = 270, high = 230;
  const x = scaleOf(60, 77.5, 6, wide - 6), y = scaleOf(24.5, 37.6, high - 8, 8);
  const at = (place) => [x(place.lon), y(place.lat)];
  box.replaceChildren();
  for (const link of map.links) {
    const points = link.stops.map((stop) => at(map.places[stop]).map((v) => v.toFixed(1)).join(",")).join(" ");
    const width = link.group === "pakistan" ? 1 + (7 * Math.max(trade, 0)) / largest.trade : 1;
    svg("polyline", { points, class: `route ${link.group}`, "stroke-width": width.toFixed(1) }, box);
  }
  for (const [name, lon, lat] of [["AFGHANISTAN", 65.2, 35.2], ["PAKISTAN", 69.8, 27.6], ["IRAN", 60.4, 28.6]]) {
    svg("text", { x: x(lon), y: y(lat), class: "country", "text-anchor": name === "IRAN" ? "start" : "middle" }, box, name);
  }
  for (const [id, place] of Object.entries(map.places)) {
    if (place.kind !== "gate") continue;
    const shut = days[id] || 0, [cx, cy] = at(place);
    const dot = svg("circle", { cx, cy, r: 3 + (8 * shut) / largest.days, class: "gate", "fill-opacity": (0.25 + 0.6 * Math.min(1, shut / largest.days)).toFixed(2) }, box);
    svg("title", {}, dot, `${place.title}: shut to goods ${shown(shut)} days a year (middle world)`);
    const end = place.anchor === "end";
    svg("text", { x: cx + (end ? -10 : 10), y: cy + 3 + Number(place.dy) / 3, class: "small", "text-anchor": end ? "end" : "start" }, box, `${place.title.split(" /")[0]} ${Math.round(shut)}`);
  }
}
