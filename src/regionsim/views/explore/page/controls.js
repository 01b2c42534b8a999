// Levers, shocks, buttons and files.

function buildLevers() {
  const groups = new Map();
  for (const lever of D.levers) groups.set(lever.group, [...(groups.get(lever.group) || []), lever]);
  for (const [name, levers] of groups) {
    const box = html("details", { open: name === D.levers[0].group || levers.some((each) => settingOf(each.id)) }, html("summary", {}, `${name} (${levers.length})`));
    levers.forEach((lever) => box.append(leverRow(lever)));
    $("groups").append(box);
  }
}

function leverRow(lever) {
  const slider = html("input", { type: "range", id: `lever-${lever.id}`, min: 0, max: 100, step: 5, value: 0 });
  const more = html("button", { type: "button", className: "more", "aria-expanded": "false", "aria-label": `About ${lever.title}` }, "about");
  const about = html("div", { className: "about", hidden: true });
  more.addEventListener("click", () => {
    about.hidden = !about.hidden;
    more.setAttribute("aria-expanded", String(!about.hidden));
    if (!about.childElementCount) fillAbout(lever, about);
    paint();
  });
  const pull = (push) => setLever(lever.id, { ...(settingOf(lever.id) || D.setting), intensity: Number(slider.value) / 100 }, push);
  slider.addEventListener("input", () => pull(false));
  slider.addEventListener("change", () => pull(true));
  for (const name of ["pointerenter", "focus"]) slider.addEventListener(name, () => { if (D.known.includes(lever.id)) learn(lever.id); });
  const head = html("div", { className: "head" }, html("span", { className: "value" }), html("label", { htmlFor: slider.id }, lever.title));
  const marks = html("div", {}, lever.coercive ? html("span", { className: "badge coercive" }, "coercive") : null, " ", html("span", { className: "badge grade" }, lever.grade), " ", more);
  return html("div", { className: lever.coercive ? "lever coercive" : "lever", id: `row-${lever.id}` }, head, slider, marks, about);
}

function fillAbout(lever, box) {
  const field = (name, type, key, read) => {
    const id = `${key}-${lever.id}`, input = html("input", type === "text" ? { type, id, maxLength: 200, placeholder: "attacks_ttp < 450" } : { type, id, min: type === "date" ? D.start : 0, max: type === "date" ? D.end : 520 });
    input.addEventListener("change", () => {
      const setting = { ...(settingOf(lever.id) || D.setting) }, value = read(input.value);
      if (value === undefined) delete setting[key]; else setting[key] = value;
      if (settingOf(lever.id)) setLever(lever.id, setting, true);
    });
    return html("div", { className: "row" }, html("label", { htmlFor: id }, name), input);
  };
  box.append(
    field("From", "date", "from", (text) => text || D.setting.from), field("Ramp, weeks", "number", "ramp", (text) => `${Math.max(0, Math.min(520, Number(text) || 0))} weeks`),
    field("Until", "date", "until", (text) => text || undefined), field("Only while", "text", "while", (text) => text.trim().slice(0, 200) || undefined),
    ...[["Who", lever.who], ["Evidence", `${lever.grade}: ${lever.evidence.join(", ")}`], ["Needs", lever.needs], ["Side effects", lever.side], ["Cost", lever.cost],
      ["Same as", lever.sameAs], ["Parts", lever.parts.join(", ")], ["Estimate", lever.estimable ? "" : "none: the starting scenario pulls it"]]
      .filter(([, text]) => text).map(([name, text]) => html("p", {}, html("strong", {}, `${name}: `), text)));
}

function paintLevers() {
  for (const lever of D.levers) {
    const row = $(`row-${lever.id}`), setting = settingOf(lever.id), slider = $(`lever-${lever.id}`);
    const value = setting ? Math.round(100 * setting.intensity) : 0;
    if (Number(slider.value) !== value) slider.value = value;
    const words = setting ? `${value}% from ${setting.from.slice(0, 7)}${setting.while ? ", a deal" : ""}` : "off";
    const said = row.querySelector(".value");
    if (said.textContent !== words) { said.textContent = words; slider.setAttribute("aria-valuetext", words); }
    row.classList.toggle("on", Boolean(setting));
    for (const key of ["from", "ramp", "until", "while"]) {
      const input = $(`${key}-${lever.id}`), from = setting || D.setting;
      if (input && document.activeElement !== input) input.value = key === "ramp" ? rampWeeks(from) : from[key] || "";
    }
  }
}

function search() {
  const words = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const box of $("groups").children) {
    let any = false;
    for (const row of box.querySelectorAll(".lever")) {
      const lever = LEVER.get(row.id.slice(4));
      const text = `${lever.title} ${lever.id} ${lever.who} ${lever.group} ${lever.side} ${lever.coercive ? "coercive" : ""}`.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) { any = true; count += 1; }
    }
    box.hidden = !any;
    if (words.length && any) box.open = true;
  }
  $("found").textContent = words.length ? `${count} of ${D.levers.length} levers` : `${D.levers.length} levers`;
}

// -- shocks --------------------------------------------------------------------------------------------------------------

const weeksToDay = (week) => new Date(Date.parse(D.start) + week * 6048e5).toISOString().slice(0, 10);
function shocksNow() { return structuredClone(state.shocks || D.baseShocks); }
function setShocks(shocks, push) {
  state.shocks = JSON.stringify(shocks) === JSON.stringify(D.baseShocks) ? null : shocks;
  changed(push);
}

// "4 weeks" in weeks; 0 where there is none.
function weeksOf(text) {
  const found = /^\s*([0-9.]+)\s*(day|week|month|year)/.exec(text || "");
  return found ? Number(found[1]) * { day: 1 / 7, week: 1, month: 365.25 / 84, year: 365.25 / 7 }[found[2]] : 0;
}
// The weeks in which a shock happens: one, or several where it repeats.
function timesOf(shock) {
  const first = weekOf(shock.on), step = weeksOf(shock.every), last = shock.until ? weekOf(shock.until) : D.points[T - 1] + 1;
  if (!(step >= 1)) return [first];
  const most = shock.times || 2000, made = [];
  for (let week = first; week < last && week <= D.points[T - 1] && made.length < most; week += step) made.push(week);
  return made;
}
function shockTitle(shock) {
  const where = [shock.crossing ?? shock.group ?? []].flat().join(", ");
  return `${shock.kind}${where ? ` (${where})` : ""}`.replaceAll("_", " ");
}

// Shocks on a timeline: each has a row and a handle, moved by the pointer or the arrow keys.
const LINE = { wide: 258, left: 6, right: 6, row: 20, top: 14 };
let dragged = null;
function paintTimeline(shocks) {
  const box = $("timeline"), last = D.points[T - 1], x = scaleOf(0, last, LINE.left, LINE.wide - LINE.right), focus = [...box.querySelectorAll("[role=slider]")].indexOf(document.activeElement);
  const high = LINE.top + LINE.row * shocks.length + 4;
  box.toggleAttribute("hidden", !shocks.length);
  box.setAttribute("viewBox", `0 0 ${LINE.wide} ${high}`);
  box.replaceChildren();
  for (const [week, label] of D.years) {
    svg("line", { x1: x(week), x2: x(week), y1: LINE.top, y2: high, class: "tick" }, box);
    svg("text", { x: Math.min(x(week), LINE.wide - 14), y: 10, "text-anchor": "middle", class: "small" }, box, label);
  }
  shocks.forEach((shock, k) => {
    const y = LINE.top + LINE.row * k + 10, long = weeksOf(shock.for), [first, ...more] = timesOf(shock);
    svg("line", { x1: LINE.left, x2: LINE.wide - LINE.right, y1: y, y2: y, class: "lane" }, box);
    for (const week of more) svg("rect", { x: x(week), y: y - 3, width: Math.max(2, x(week + long) - x(week)), height: 6, class: "again" }, box);
    const handle = svg("g", { role: "slider", tabindex: 0, class: "handle", "aria-label": `When: ${shockTitle(shock)} ${k + 1}`, "aria-valuemin": 1, "aria-valuemax": last, "aria-valuenow": first, "aria-valuetext": shock.on }, box);
    svg("rect", { x: x(first), y: y - 5, width: Math.max(3, Math.min(x(first + long), LINE.wide - LINE.right) - x(first)), height: 10, class: "lasts" }, handle);
    svg("circle", { cx: x(first), cy: y, r: 6 }, handle);
    handle.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 13, PageDown: -13, Home: -last, End: last }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      moveShock(k, weekOf(shocksNow()[k].on) + step, true);
    });
    handle.addEventListener("pointerdown", (event) => { event.preventDefault(); dragged = { k, from: hashOf() }; box.setPointerCapture(event.pointerId); });
  });
  if (focus >= 0) box.querySelectorAll("[role=slider]")[focus]?.focus();
}
function moveShock(k, week, push) {
  const all = shocksNow(), there = Math.max(1, Math.min(D.points[T - 1], Math.round(week)));
  if (weekOf(all[k].on) === there && !push) return;
  all[k].on = weeksToDay(there);
  setShocks(all, push);
}
function buildTimeline() {
  const box = $("timeline");
  const weekAt = (event) => {
    const around = box.getBoundingClientRect(), at = ((event.clientX - around.left) / around.width) * LINE.wide;
    return scaleOf(LINE.left, LINE.wide - LINE.right, 0, D.points[T - 1])(at);
  };
  box.addEventListener("pointermove", (event) => { if (dragged) moveShock(dragged.k, weekAt(event), false); });
  box.addEventListener("pointerup", (event) => { if (dragged) { const { k } = dragged; dragged = null; moveShock(k, weekAt(event), true); } });
  box.addEventListener("pointercancel", () => { dragged = null; });
}

function paintShocks() {
  const shocks = state.shocks || D.baseShocks, box = $("shocks"), key = JSON.stringify(shocks);
  if ($("timeline").dataset.key !== key) { $("timeline").dataset.key = key; paintTimeline(shocks); }
  const plain = JSON.stringify(shocks.map((each) => ({ ...each, on: "" })));
  if (box.dataset.key === plain) {
    shocks.forEach((each, k) => { const when = $(`shock-${k}-on`); if (when !== document.activeElement) when.value = each.on; });
    return;
  }
  const unfolded = [...box.children].map((each) => each.open);
  box.dataset.key = plain;
  box.replaceChildren(...shocks.map((shock, k) => {
    const title = shockTitle(shock), put = (name, value) => { const all = shocksNow(); all[k][name] = value; setShocks(all, true); };
    const field = (name, input, read) => {
      input.id = `shock-${k}-${name}`;
      input.addEventListener("change", () => { const value = read(input.value); if (value !== undefined) put(name, value); });
      return html("div", { className: "row" }, html("label", { htmlFor: input.id }, name), input);
    };
    const when = field("on", html("input", { type: "date", value: shock.on, min: D.start, max: D.end }), (text) => text || undefined);
    const fields = Object.entries(shock).filter(([name, value]) => !["kind", "on", "id"].includes(name) && (typeof value !== "object" || Array.isArray(value))).map(([name, value]) => {
      const choices = D.choices[`${shock.kind}.${name}`];
      if (choices && !Array.isArray(value)) return field(name, html("select", {}, ...choices.map((each) => html("option", { value: each, selected: each === value }, each))), (text) => text);
      return field(name, html("input", { type: "text", value: [value].flat().join(", ") }), (text) => {
        if (Array.isArray(value)) return text.split(",").map((each) => each.trim()).filter(Boolean);
        return typeof value === "number" && text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
      });
    });
    const remove = html("button", { type: "button", className: "more", "aria-label": `Remove ${title} ${k + 1}`, onclick: () => { const all = shocksNow(); all.splice(k, 1); setShocks(all, true); } }, "remove");
    return html("details", { className: "shock", open: Boolean(unfolded[k]) }, html("summary", {}, `${k + 1}. ${title}`), when, ...fields, remove);
  }));
}

// -- assumptions and stories ---------------------------------------------------------------------------------------------

function buildAssumptions() {
  for (const each of D.assumptions) {
    const hold = html("input", { type: "checkbox", id: `hold-${each.id}` }), few = each.choices.length > 0;
    const step = few ? 1 : "any"; // so that the central value is one of its values
    const slider = html("input", { type: "range", id: `value-${each.id}`, min: each.low, max: each.high, step, value: each.value, "aria-label": each.title });
    const put = (push) => { if (hold.checked) state.parameters[each.id] = Number(Number(slider.value).toPrecision(4)); else delete state.parameters[each.id]; changed(push); };
    hold.addEventListener("change", () => put(true));
    slider.addEventListener("change", () => { hold.checked = true; put(true); });
    $("assumptions").append(html("div", { className: "lever" }, html("div", { className: "head" }, html("label", { htmlFor: hold.id }, `Hold: ${each.title}`), html("span", { className: "value" })),
      html("div", { className: "row" }, hold, slider), html("p", { className: "small" }, `${each.unit}; ${each.role}: ${each.sources.join(", ")}`)));
  }
}
function paintAssumptions() {
  D.assumptions.forEach((each, k) => {
    const held = state.parameters[each.id], row = $("assumptions").children[k], slider = $(`value-${each.id}`);
    $(`hold-${each.id}`).checked = held !== undefined;
    if (held !== undefined && Number(slider.value) !== held && document.activeElement !== slider) slider.value = held;
    row.querySelector(".value").textContent = held === undefined ? "drawn" : String(held);
    row.classList.toggle("on", held !== undefined);
  });
}

async function tell() {
  const world = Math.max(0, Math.min(W - 1, Math.round(Number($("world").value) || 0)));
  $("world").value = world; picked = world; paint();
  try {
    await stream("/api/story", { question: questionOf(state), world }, undefined, (event) => {
      if (event.type === "progress") $("telling").textContent = `${Math.round(100 * event.share)}%`;
      if (event.type === "story") {
        $("telling").textContent = `${event.lines.length} lines`;
        $("lines").replaceChildren(...event.lines.map(([day, kind, text]) => html("li", { className: kind === "year" ? "year" : "" }, html("time", { dateTime: day }, day), text)));
      }
    });
  } catch (fault) { failed(fault, tell); }
}

// -- prediction ----------------------------------------------------------------------------------------------------------

// The line that was drawn: a value for each point, NaN where nothing was drawn.
function drawPrediction(box, made, line) {
  scales = made;
  const points = line.map((value, t) => [t, value]).filter(([, value]) => Number.isFinite(value));
  if (points.length > 1) svg("polyline", { points: points.map(([t, value]) => `${made.x(t).toFixed(1)},${made.y(value).toFixed(1)}`).join(" "), class: "drawn" }, box);
  else if (points.length) svg("circle", { cx: made.x(points[0][0]), cy: made.y(points[0][1]), r: 4, class: "drawn" }, box);
}
function buildPrediction(box) {
  let last = null;
  const at = (event) => {
    const around = box.getBoundingClientRect(), px = ((event.clientX - around.left) / around.width) * FAN.wide, py = ((event.clientY - around.top) / around.height) * FAN.high;
    const t = range(T).reduce((best, each) => (Math.abs(scales.x(each) - px) < Math.abs(scales.x(best) - px) ? each : best), 0);
    const [zero, one] = [scales.y(0), scales.y(1)];
    return { t, value: Math.max((py - zero) / (one - zero), D.channels[PLACE.get(state.panels[0])].scale === "plain" ? -Infinity : 0) };
  };
  const put = (event) => {
    const { t, value } = at(event), from = last || { t, value };
    drawing ||= Array(T).fill(NaN);
    for (let k = Math.min(from.t, t); k <= Math.max(from.t, t); k += 1) drawing[k] = from.t === t ? value : from.value + ((value - from.value) * (k - from.t)) / (t - from.t);
    last = { t, value };
    paint();
  };
  box.addEventListener("pointerdown", (event) => { if (revealed || !scales) return; event.preventDefault(); box.setPointerCapture(event.pointerId); last = null; put(event); });
  box.addEventListener("pointermove", (event) => { if (!revealed && last) put(event); });
  for (const name of ["pointerup", "pointercancel"]) box.addEventListener(name, () => { last = null; });
}
function show() {
  const number = $("guess-0");
  if (number.value !== "") { drawing ||= Array(T).fill(NaN); drawing[T - 1] = Number(number.value); }
  if (!drawing) { number.focus(); return; }
  revealed = true;
  number.value = "";
  paint();
}
function paintPredict(how) {
  const box = $("panels").firstElementChild.querySelector(".predict"), said = box.querySelector(".small");
  box.hidden = !$("predict").checked || (revealed && !drawing);
  box.querySelector(".ask").hidden = revealed;
  const words = !revealed ? "Draw in the chart where the middle world goes, or type where it ends." : drawing ? predictedWords(how) : "";
  if (said.textContent !== words) said.textContent = words;
}
function predictedWords(how) {
  const result = resultOf(state.panels[0], how), { pairs, simulated } = endOf(result), end = drawing.findLast(Number.isFinite);
  if (!pairs.length) return "";
  const middle = quantile(sortedFinite(pairs.map((p) => p[1])), 0.5), below = pairs.filter((p) => p[1] < end).length, read = simulated ? result.value : (w, t) => result.guessed[w * T + t];
  const there = range(T).filter((t) => Number.isFinite(drawing[t])), inside = there.filter((t) => {
    const sorted = sortedFinite(range(simulated ? result.worlds(t) : result.used).map((w) => read(w, t)));
    return drawing[t] >= quantile(sorted, 0.05) && drawing[t] <= quantile(sorted, 0.95);
  }).length;
  return `You expected ${shown(end)}. The middle world ends at ${shown(middle)} (${simulated ? "simulated" : "estimate"}); ${below} of ${pairs.length} worlds end below your number.`
    + (there.length > 1 ? ` Your line lies inside the 90% band at ${inside} of ${there.length} dates.` : "");
}

// -- panels and files ----------------------------------------------------------------------------------------------------

function buildPanels() {
  state.panels.forEach((_, k) => {
    const select = html("select", { "aria-label": `Indicator of panel ${k + 1}` }, ...D.indicators.map((each) => html("option", { value: each.id }, `${each.title}${each.mark ? " \u2020" : ""}`)));
    select.addEventListener("change", () => { state.panels[k] = select.value; commit(false); paint(); });
    const fan = svg("svg", { viewBox: `0 0 ${FAN.wide} ${FAN.high}`, class: "fan", role: "img" });
    fan.addEventListener("click", (event) => { const world = event.target.dataset?.world; if (world !== undefined) { picked = Number(world); $("world").value = world; paint(); } });
    if (k === 0) buildPrediction(fan);
    const dots = svg("svg", { viewBox: `0 0 ${FAN.wide} 46`, class: "dots", "aria-hidden": "true" });
    const target = html("input", { type: "number", step: "any", id: `target-${k}` });
    target.addEventListener("change", () => { const id = state.panels[k], value = Number(target.value); delete state.targets[id]; if (target.value !== "" && !(targetOf(id) && targetOf(id).tests[0][1] === value)) state.targets[id] = value; commit(true); paint(); });
    const files = html("div", { className: "files" }, html("button", { type: "button", "aria-label": `CSV of panel ${k + 1}`, onclick: () => saveCsv(k) }, "CSV"), html("button", { type: "button", "aria-label": `PNG of panel ${k + 1}`, onclick: () => savePng(k) }, "PNG"));
    const number = html("input", { type: "number", step: "any", id: `guess-${k}` });
    const predict = k ? null : html("div", { className: "predict", hidden: true }, html("div", { className: "row ask" }, html("label", { htmlFor: number.id }, "The middle world will end at"), number,
      html("button", { type: "button", onclick: show }, "Show")), html("p", { className: "small", "aria-live": "polite" }));
    $("panels").append(html("section", { className: "card", "aria-label": `Panel ${k + 1}` }, select, html("p", { className: "unit small" }), fan, dots, predict,
      html("p", { className: "say" }), html("p", { className: "way small" }), html("p", { className: "error small" }),
      html("div", { className: "target" }, html("label", { htmlFor: target.id, className: "sense" }, "Target at least"), target, html("span", { className: "hit" })), files));
  });
}

function saveAs(name, type, text) {
  const url = URL.createObjectURL(text instanceof Blob ? text : new Blob([text], { type }));
  const link = html("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
function saveCsv(k) {
  const id = state.panels[k], result = resultOf(id, estimator(state)), rows = ["world,date,start,setting,kind"];
  for (const t of range(T)) {
    const simulated = result.worlds(t) > 0, count = simulated ? result.worlds(t) : result.guessed ? result.used : 0;
    for (const w of range(count)) rows.push(`${w},${D.dates[t]},${K.base.at(result.place, w, t)},${simulated ? result.value(w, t) : result.guessed[w * T + t]},${simulated ? "simulated" : "estimate"}`);
  }
  saveAs(`${id}.csv`, "text/csv", `${rows.join("\n")}\n`);
}
function savePng(k) {
  const copy = $("panels").children[k].querySelector(".fan").cloneNode(true), rules = document.querySelector("style").textContent;
  const wide = FAN.wide * 3, high = FAN.high * 3;
  for (const [name, value] of [["xmlns", SVG], ["width", wide], ["height", high]]) copy.setAttribute(name, value);
  copy.prepend(svg("rect", { width: FAN.wide, height: FAN.high, fill: "#fff" }));
  copy.prepend(svg("style", {}, null, rules));
  const image = new Image();
  image.onload = () => {
    const canvas = html("canvas", { width: wide, height: high });
    canvas.getContext("2d").drawImage(image, 0, 0);
    canvas.toBlob((blob) => saveAs(`${state.panels[k]}.png`, "image/png", blob));
  };
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
}

let wanted = 0;
async function loadYaml() {
  if (D.offline) { $("yaml").textContent = JSON.stringify(questionOf(state), null, 1); return; }
  const mine = (wanted += 1);
  try {
    const answer = await (await post("/api/scenario", { question: questionOf(state), title: $("title").value })).json();
    if (mine !== wanted) return;
    $("yaml").textContent = answer.yaml;
    $("commands").textContent = answer.commands.join("\n");
  } catch (fault) { if (!(fault instanceof TypeError) && mine === wanted) $("yaml").textContent = fault.message; }
}
async function copyText(text, button) {
  try { await navigator.clipboard.writeText(text); button.textContent = "Copied"; } catch { button.textContent = "Select and copy it"; }
}
async function exportFile() {
  try {
    const answer = await (await post("/api/export", { levers: [...new Set([...Object.keys(state.levers), ...K.effects.keys()])] })).json();
    saveAs("explore.html", "text/html", answer.html);
  } catch (fault) { trouble(fault.message); }
}
async function makeBrief() {
  const button = $("brief");
  let waited = 0;
  button.disabled = true;
  try {
    await stream("/api/brief", { question: questionOf(state), title: $("title").value }, undefined, (event) => {
      if (event.type === "working") button.textContent = `Writing, ${Math.round((waited += 1) / 2)} s`;
      if (event.type === "brief") saveAs("brief.html", "text/html", event.html);
    });
  } catch (fault) { if (fault instanceof TypeError) failed(fault, () => {}); else trouble(fault.message); }
  button.disabled = false;
  button.textContent = "Make the brief";
}
function pin() {
  if (pins.length === 2) pins = [];
  else if (K.sim && K.sim.done) pins.push({ label: listed([...leverNames(state), ...shockNames(state)]), values: K.sim.values });
  paint();
}
function restored() { readHash(); changed(false); yamlSoon(); }
let yamlTimer = 0;
function yamlSoon() { clearTimeout(yamlTimer); yamlTimer = setTimeout(loadYaml, 300); }

function begin() {
  readHash();
  buildLevers(); buildAssumptions(); buildPanels(); buildTimeline(); search();
  for (const each of Object.keys(D.shockKinds)) $("kind").append(html("option", { value: each }, each.replaceAll("_", " ")));
  $("add").addEventListener("click", () => setShocks([...shocksNow(), { kind: $("kind").value, on: D.setting.from, ...D.shockKinds[$("kind").value] }], true));
  $("search").addEventListener("input", search);
  $("tell").addEventListener("click", tell);
  $("world").addEventListener("change", () => { picked = Number($("world").value); paint(); });
  for (const button of document.querySelectorAll("[data-view]")) button.addEventListener("click", () => { state.view = button.dataset.view; commit(false); paint(); });
  $("undo").addEventListener("click", undo);
  $("reset").addEventListener("click", () => { state.levers = {}; state.shocks = null; state.parameters = {}; changed(true); });
  $("pin").addEventListener("click", pin);
  $("save").addEventListener("click", async () => { await loadYaml(); saveAs("explored.yaml", "text/yaml", $("yaml").textContent); });
  $("export").addEventListener("click", exportFile);
  $("brief").addEventListener("click", makeBrief);
  $("copy").addEventListener("click", () => copyText($("yaml").textContent, $("copy")));
  $("command").addEventListener("click", () => copyText($("commands").textContent, $("command")));
  $("title").addEventListener("change", loadYaml);
  $("predict").addEventListener("change", () => { revealed = !$("predict").checked || isStart(state); drawing = null; paint(); });
  $("sheet").addEventListener("click", () => { const open = $("levers").classList.toggle("open"); $("sheet").setAttribute("aria-expanded", String(open)); $("sheet").textContent = open ? "Close" : "Levers"; });
  addEventListener("popstate", restored);
  addEventListener("hashchange", restored);
  for (const name of ["input", "change", "click"]) document.addEventListener(name, yamlSoon);
  if (D.offline) {
    for (const id of ["save", "export", "pin", "command", "brief", "add"]) $(id).hidden = true;
    K.base = new Values();
    $("drawer").hidden = true;
    K.base.take({ values: D.values, world: 0, point: 0, worlds: W, points: T });
    for (const [id, values] of Object.entries(D.effects)) K.effects.set(id, floats(values));
  } else loadBase();
  changed(false);
  loadYaml();
}
begin();
