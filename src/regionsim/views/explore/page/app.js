// The page: levers on the left, panels in the middle, map, causes and the scenario on the right.

const $ = (id) => document.getElementById(id);
const PANELS = ["trade_volume", "attacks", "closure_days", "refugees_in_pakistan", "livelihood_afghanistan", "trust_pakistan"];
const PIN_NAMES = ["A", "B"], PIN_COLOURS = ["#7a3fa0", "#a8620a"];
const REST = 250;
let state = emptyState();
let timer = 0, ask = null, picked = 0, drawing = null, scales = null, revealed = true, pins = [], tried = [], gone = false, drawn = 0;

function emptyState() { return { levers: {}, shocks: null, parameters: {}, view: "difference", panels: [...PANELS], targets: {} }; }

// -- the address holds the setting ---------------------------------------------------------------------------------------

function hashOf() { return `#${encodeURIComponent(JSON.stringify(state))}`; }
function readHash() {
  state = emptyState();
  try {
    const found = JSON.parse(decodeURIComponent(here().slice(1)));
    for (const [id, setting] of Object.entries(found.levers || {})) {
      const off = setting === null && id in D.baseLevers;
      const ok = setting && Number.isFinite(setting.intensity) && setting.intensity >= 0 && setting.intensity <= 1 && typeof setting.from === "string" && !Number.isNaN(Date.parse(setting.from));
      if (LEVER.has(id) && (off || ok)) state.levers[id] = setting;
    }
    for (const each of D.assumptions) { const value = (found.parameters || {})[each.id]; if (Number.isFinite(value)) state.parameters[each.id] = value; }
    if (Array.isArray(found.shocks)) state.shocks = found.shocks.filter((each) => each && typeof each.kind === "string" && typeof each.on === "string" && !Number.isNaN(Date.parse(each.on)));
    if (["difference", "both", "worlds"].includes(found.view)) state.view = found.view;
    (found.panels || []).forEach((id, k) => { if (INDICATOR.has(id) && k < PANELS.length) state.panels[k] = id; });
    for (const [id, value] of Object.entries(found.targets || {})) if (INDICATOR.has(id) && Number.isFinite(value)) state.targets[id] = value;
  } catch { /* an address without a setting */ }
}
const kept = [""]; // in a frame, whose address and history are the notebook's
const here = () => (D.bridge ? kept.at(-1) : location.hash);
const moves = () => (D.bridge ? kept.length - 1 : (history.state && history.state.moves) || 0);
function visit(hash) {
  if (D.bridge) kept.push(hash);
  else history.pushState({ moves: moves() + 1 }, "", hash);
}
function commit(push) {
  if (push && here() !== hashOf()) visit(hashOf());
  else if (D.bridge) kept[kept.length - 1] = hashOf();
  else history.replaceState(history.state, "", hashOf());
}
function undo() {
  if (!D.bridge) history.back();
  else if (kept.length > 1) { kept.pop(); restored(); }
}

// -- changes -------------------------------------------------------------------------------------------------------------

function changed(push) {
  if (push) commit(true); // not while a lever is dragged, so that going back undoes the whole move
  const asked = sortedKey(questionOf(state));
  if (!K.sim || K.sim.key !== asked) {
    if (ask) ask.abort();
    ask = null; K.sim = null;
    if ($("predict").checked) { revealed = isStart(state); drawing = null; }
    clearTimeout(timer);
    timer = setTimeout(simulate, REST);
    learnMissing();
    holdAssumptions();
  }
  paint();
}

function setLever(id, setting, push) {
  if (setting && setting.intensity === 0 && !(id in D.baseLevers)) delete state.levers[id];
  else if (setting && setting.intensity === 0) state.levers[id] = null;
  else state.levers[id] = setting;
  changed(push);
}

function settingOf(id) {
  if (id in state.levers) return state.levers[id];
  return D.baseLevers[id] || null;
}

async function simulate() {
  if (D.offline) return;
  const question = questionOf(state), key = sortedKey(question), shot = structuredClone(state);
  if (isStart(state)) return;
  if (!K.base || K.base.worldsAt(T - 1) === 0) { timer = setTimeout(simulate, REST); return; }
  const mine = new AbortController();
  ask = mine;
  const how = estimator(shot), sim = { key, values: new Values(), done: false };
  K.sim = sim;
  paint();
  try {
    await stream("/api/simulate", { question }, mine.signal, (event) => {
      if (K.sim !== sim) return;
      if (event.type === "part") sim.values.take(event);
      if (event.type === "done") sim.done = true;
      paint();
    });
    trouble("");
    if (K.sim === sim && sim.done) finished(sim, shot, how);
  } catch (fault) {
    if (!mine.signal.aborted) failed(fault, simulate);
  }
}

// The simulation is complete: it becomes the anchor of the next estimate, and its estimate is checked against it.
function finished(sim, shot, how) {
  K.anchor = { values: sim.values, levers: shot.levers, shocks: JSON.stringify(shot.shocks || null) };
  if (how.pulls) {
    for (const id of new Set([...state.panels, ...D.indicators.filter((each) => each.civilians).map((each) => each.id)])) {
      const place = PLACE.get(id), guessed = estimateOf(how, id), differences = [], values = [];
      for (let w = 0; w < how.used; w += 1) {
        values.push(sim.values.at(place, w, T - 1));
        differences.push(guessed[w * T + T - 1] - sim.values.at(place, w, T - 1));
      }
      const spread = Math.sqrt(mean(values.map((v) => (v - mean(values)) ** 2)));
      if (spread > 0) K.tally.set(id, [...(K.tally.get(id) || []), Math.abs(mean(differences)) / spread]);
    }
  }
  const label = listed([...leverNames(shot), ...shockNames(shot)]);
  tried = [{ label: label || D.title, hash: hashOf(), end: middleEnd(sim) }, ...tried.filter((each) => each.hash !== hashOf())].slice(0, 12);
  learnMissing(true);
  paint();
}
function middleEnd(sim) {
  const id = state.panels[0], place = PLACE.get(id), made = [];
  for (let w = 0; w < W; w += 1) made.push(sim.values.at(place, w, T - 1) - K.base.at(place, w, T - 1));
  return `${INDICATOR.get(id).title}: ${shown(quantile(sortedFinite(made), 0.5), true)}`;
}
function leverNames(setting) {
  return Object.entries(setting.levers).map(([id, s]) => (s ? `${brief(LEVER.get(id).title)} ${Math.round(100 * s.intensity)}%` : `no ${brief(LEVER.get(id).title)}`));
}
function shockNames(setting) {
  return (setting.shocks || []).filter((each) => !D.baseShocks.some((own) => JSON.stringify(own) === JSON.stringify(each))).map(shockTitle);
}
const brief = (title) => title.split(":")[0];
function listed(names) { return names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", "); }
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / (values.length || 1);

// Levers that were learned before are fetched at once; others are learned when the simulation is done, which comes first.
async function learnMissing(idle) {
  const { missing } = pullsOf(state.levers);
  for (const id of missing) if (idle || D.known.includes(id)) await learn(id);
}
async function learn(id) {
  if (D.offline || K.effects.has(id) || K.learning.has(id) || !LEVER.get(id).estimable) return;
  K.learning.set(id, 0);
  while (!K.drawn) await new Promise((done) => setTimeout(done, 50));
  try {
    await stream("/api/lever", { lever: id }, undefined, (event) => {
      if (event.type === "progress") { K.learning.set(id, event.share); paint(); }
      if (event.type === "lever") { K.effects.set(id, floats(event.values)); if (event.limits) K.limits = event.limits; }
    });
  } catch (fault) {
    if (fault instanceof TypeError) failed(fault, () => learn(id));
  }
  K.learning.delete(id);
  paint();
}

// Held assumptions change the start: it is simulated with them, and the drawn one comes back when none is held.
let holding = null;
async function holdAssumptions() {
  const held = JSON.stringify(state.parameters);
  if (held === K.held || D.offline || !K.drawn) return;
  K.held = held; K.anchor = null; K.base = held === "{}" ? K.drawn : null; pins = [];
  if (holding) holding.abort();
  if (K.base) return;
  const mine = new AbortController(), values = new Values();
  holding = mine;
  try {
    await stream("/api/simulate", { question: { parameters: state.parameters }, tab: `${TAB} start` }, mine.signal, (event) => {
      if (event.type === "part" && K.held === held) { values.take(event); K.base = values; paint(); }
    });
  } catch (fault) {
    if (!mine.signal.aborted) { K.held = ""; failed(fault, holdAssumptions); }
  }
}

async function loadBase() {
  const values = new Values();
  try {
    await stream("/api/base", {}, undefined, (event) => {
      if (event.type === "part") { values.take(event); if (K.held === "{}") K.base = values; }
      if (event.type === "done") { K.drawn = values; if (event.limits) K.limits = event.limits; holdAssumptions(); }
      paint();
    });
    trouble("");
    learnMissing();
  } catch (fault) { failed(fault, loadBase); }
}

// A fault of the question is shown; a server that is gone is asked again until it is back.
async function failed(fault, again) {
  if (!(fault instanceof TypeError)) { trouble(fault.message); K.sim = null; paint(); return; }
  if (fault.message === "busy") { setTimeout(again, 1000); return; }
  trouble("The simulator has stopped. Estimates still answer. Start regionsim explore again with the same scenario and port; this page goes on by itself.");
  if (gone) return;
  gone = true;
  for (;;) {
    await new Promise((done) => setTimeout(done, 1500));
    try {
      const answer = await post("/api/ping", {});
      if ((await answer.json()).key !== D.key) { trouble("The simulator that answers now explores something else. Open the address that it printed."); return; }
      gone = false; trouble("");
      if (!K.drawn) loadBase();
      else { again(); learnMissing(); if (again !== simulate && !isStart(state) && !(K.sim && K.sim.done)) simulate(); }
      return;
    } catch { /* not yet */ }
  }
}
function trouble(text) { $("trouble").hidden = !text; $("trouble").textContent = text; }

// -- what a panel shows --------------------------------------------------------------------------------------------------

// Values by world and point of the setting, with what they are: simulated up to `solid` points, estimated beyond.
function resultOf(id, how) {
  const place = PLACE.get(id), same = isStart(state);
  const sim = K.sim && K.sim.values, guessed = !same && how.pulls ? estimateOf(how, id) : null;
  const worlds = (t) => (same ? K.base.worldsAt(t) : sim ? sim.worldsAt(t) : 0);
  const value = (w, t) => (same ? K.base.at(place, w, t) : sim.at(place, w, t));
  let solid = 0;
  while (solid < T && worlds(solid) > 0) solid += 1;
  return { id, place, same, guessed, used: how.used || 0, worlds, value, solid, entry: INDICATOR.get(id) };
}

function fanOf(points, read) {
  const q = { p05: [], p25: [], p50: [], p75: [], p95: [] };
  for (let t = 0; t < points; t += 1) {
    const sorted = sortedFinite(read(t));
    q.p05.push(quantile(sorted, 0.05)); q.p25.push(quantile(sorted, 0.25)); q.p50.push(quantile(sorted, 0.5));
    q.p75.push(quantile(sorted, 0.75)); q.p95.push(quantile(sorted, 0.95));
  }
  return q;
}
const range = (n) => Array.from({ length: n }, (_, k) => k);

// The end in each world: [start, setting] pairs, and whether they are simulated.
function endOf(result, t = T - 1) {
  const simulated = result.worlds(t) > 0;
  const count = simulated ? Math.min(result.worlds(t), K.base.worldsAt(t)) : result.guessed ? result.used : 0;
  const pairs = range(count).map((w) => [K.base.at(result.place, w, t), simulated ? result.value(w, t) : result.guessed[w * T + t]]);
  return { simulated, pairs: pairs.filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b)) };
}

function countsOf(pairs, direction) {
  const higher = pairs.filter(([a, b]) => b > a).length, lower = pairs.filter(([a, b]) => b < a).length;
  const words = { up: ["Better", "worse"], down: ["Better", "worse"], context: ["Higher", "lower"] }[direction];
  const [first, second] = direction === "down" ? [lower, higher] : [higher, lower];
  return { first, second, equal: pairs.length - first - second, words, n: pairs.length };
}

// More worlds on one side than chance alone gives to equal sides (two standard errors of a count).
function clearly(many, few) { return many - few > 2 * Math.sqrt(many + few); }

function sentenceOf(result) {
  const { pairs, simulated } = endOf(result), { direction } = result.entry;
  if (!pairs.length) return "";
  if (result.same) return `Start: middle world ${shown(quantile(sortedFinite(pairs.map((p) => p[1])), 0.5))} by ${D.endWords}.`;
  const c = countsOf(pairs, direction), middle = quantile(sortedFinite(pairs.map(([a, b]) => b - a)), 0.5);
  const level = quantile(sortedFinite(pairs.map((p) => p[1])), 0.5);
  return `${simulated ? "" : "Estimate: "}${c.words[0]} in ${c.first} of ${c.n} worlds, ${c.words[1]} in ${c.second}, equal in ${c.equal}; `
    + `middle world ${shown(middle, true)}, at ${shown(level)} by ${D.endWords}.`;
}

function peakOf(read, w, low) {
  let best = read(w, 0);
  for (let t = 1; t < T; t += 1) best = low ? Math.min(best, read(w, t)) : Math.max(best, read(w, t));
  return best;
}
// Those of the start are found once for each number of worlds that are there.
const startPeaks = new WeakMap();
function peaksOfStart(place, low) {
  const known = startPeaks.get(K.base) || new Map(), count = K.base.worldsAt(T - 1), key = `${place} ${count}`;
  startPeaks.set(K.base, known);
  if (!known.has(key)) known.set(key, range(count).map((w) => peakOf((v, t) => K.base.at(place, v, t), w, low)));
  return known.get(key);
}

// Beside the end: the highest or, where more is better, the lowest point on the way; the sum of years of a flow.
function wayOf(result) {
  if (result.same || !endOf(result).pairs.length) return "";
  const simulated = result.worlds(T - 1) > 0, read = simulated ? result.value : (w, t) => result.guessed[w * T + t];
  const count = endOf(result).pairs.length, low = result.entry.direction === "up", start = peaksOfStart(result.place, low);
  const peaks = range(count).map((w) => peakOf(read, w, low) - start[w]);
  const parts = [`${low ? "Lowest" : "Highest"} on the way ${shown(quantile(sortedFinite(peaks), 0.5), true)}`];
  if (result.entry.flow) {
    const years = range(T).filter((t) => D.points[t] > 0 && D.points[t] % 52 === 0);
    const sums = range(count).map((w) => years.reduce((sum, t) => sum + read(w, t) - K.base.at(result.place, w, t), 0));
    if (years.length > 1) parts.push(`sum of ${years.length} years ${shown(quantile(sortedFinite(sums), 0.5), true)}`);
  }
  return `${parts.join("; ")} (middle world).`;
}

function errorOf(id) {
  const measured = D.heldOut && D.heldOut.channels[id];
  if (measured && measured.median !== null) return `${share(measured.median)} of the spread between worlds (median error of the mean on ${D.heldOut.combinations} held-out settings; worst ${measured.worst.toFixed(2)})`;
  const seen = K.tally.get(id);
  if (seen) return `${share(quantile(sortedFinite(seen), 0.5))} of the spread between worlds (checked against ${seen.length} simulation${seen.length > 1 ? "s" : ""} on this page)`;
  return "error not measured yet (regionsim explore --build measures it)";
}

const share = (error) => (error < 0.005 ? "within 0.01" : `\u00b1${error.toFixed(2)}`);

// The usual error of the panels on show, as a share of the spread between worlds.
function typicalError() {
  const known = state.panels.map((id) => (D.heldOut && D.heldOut.channels[id] && D.heldOut.channels[id].median) ?? quantile(sortedFinite(K.tally.get(id) || []), 0.5));
  const middle = quantile(sortedFinite(known), 0.5);
  return Number.isFinite(middle) ? ` ${share(middle)} of the spread` : "";
}

function paintPanel(k, how) {
  const card = $("panels").children[k], id = state.panels[k], result = resultOf(id, how), view = state.view;
  card.querySelector("select").value = id;
  card.querySelector(".unit").textContent = `${result.entry.unit}${result.entry.mark ? " \u2020" : ""}`;
  const hidden = !revealed, asked = hidden && k === 0, difference = view === "difference" && !result.same && !asked;
  const fans = [], points = range(T).filter((t) => K.base.worldsAt(t) > 0).length;
  const less = (w, t, value) => (difference ? value - K.base.at(result.place, w, t) : value);
  if (!difference) fans.push({ kind: "base", q: fanOf(points, (t) => range(K.base.worldsAt(t)).map((w) => K.base.at(result.place, w, t))) });
  pins.forEach((pin, p) => fans.push({ kind: `pin${p}`, q: fanOf(T, (t) => range(pin.values.worldsAt(t)).map((w) => less(w, t, pin.values.at(result.place, w, t)))) }));
  if (!result.same && !hidden) {
    const count = (t) => Math.min(result.worlds(t), K.base.worldsAt(t));
    if (result.solid && view !== "worlds") fans.push({ kind: "set", q: fanOf(result.solid, (t) => range(count(t)).map((w) => less(w, t, result.value(w, t)))) });
    if (result.guessed && !(K.sim && K.sim.done)) fans.push({ kind: "guess", q: fanOf(T, (t) => range(result.used).map((w) => less(w, t, result.guessed[w * T + t]))) });
  }
  let worlds = null;
  if (view === "worlds" && !hidden) {
    const n = Math.min(50, result.solid ? result.worlds(result.solid - 1) : result.used);
    const read = result.solid ? result.value : (w, t) => result.guessed[w * T + t];
    worlds = range(n).map((w) => range(result.solid || T).map((t) => read(w, t)));
  }
  const marks = (state.shocks || D.baseShocks).flatMap(timesOf).filter((w) => w >= 0 && w <= D.points[T - 1]);
  const line = k === 0 && drawing ? drawing.map((value, t) => (difference ? value - middleOfStart(result.place, t) : value)) : [];
  const room = asked && fans.length ? [0, 2 * Math.max(...fans[0].q.p95.filter(Number.isFinite))] : [];
  const made = drawFan(card.querySelector(".fan"), D.points, D.years, fans, marks, difference, worlds, picked, [...room, ...line]);
  card.querySelector(".fan").classList.toggle("asked", asked);
  if (k === 0) drawPrediction(card.querySelector(".fan"), made, line);
  const { pairs } = endOf(result), direction = result.entry.direction;
  const dots = pairs.map(([a, b]) => (difference ? b - a : b));
  const target = targetOf(id);
  const colour = (value) => {
    if (!difference) return target && meets(target, value) ? "good" : "plain";
    return direction === "context" || value === 0 ? "plain" : (value > 0) === (direction === "up") ? "good" : "bad";
  };
  drawDots(card.querySelector(".dots"), hidden ? [] : dots, colour, difference);
  const sentence = hidden ? "Say first what you expect; then see." : sentenceOf(result);
  card.querySelector(".fan").setAttribute("aria-label", `${result.entry.title}: ${sentence}`);
  card.querySelector(".say").textContent = sentence;
  card.querySelector(".way").textContent = hidden ? "" : wayOf(result);
  card.querySelector(".error").textContent = !hidden && result.guessed && !(K.sim && K.sim.done) ? `Estimate ${errorOf(id)}. ${beyond(how, id, result.guessed)}` : "";
  paintTarget(card, result, hidden, how);
}

function paintTarget(card, result, hidden, how) {
  const target = targetOf(result.id), input = card.querySelector(".target input"), hits = target && !hidden ? hitsOf(target, how) : null;
  const op = target ? target.tests[0][0] : result.entry.direction === "down" ? "<=" : ">=";
  if (document.activeElement !== input) input.value = target ? target.tests[0][1] : "";
  card.querySelector(".sense").textContent = { "<": "Target under", "<=": "Target at most", ">": "Target over", ">=": "Target at least" }[op];
  card.querySelector(".hit").textContent = !hits || !hits.n ? "" : `met in ${hits.after} of ${hits.n} worlds${result.same ? "" : ` (start: ${hits.before})`}`;
}

const middleOfStart = (place, t) => quantile(sortedFinite(range(K.base.worldsAt(t)).map((w) => K.base.at(place, w, t))), 0.5);

// In how many worlds a target is reached, at the start and with the setting, by the rule of `regionsim report`.
function hitsOf(target, how) {
  const places = [target.left, ...(target.right ? [target.right] : [])];
  const results = new Map(places.map(([place]) => [place, resultOf(D.channels[place].id, how)]));
  const first = results.get(target.left[0]), simulated = places.every(([place, t]) => results.get(place).worlds(t) > 0);
  const count = Math.min(...places.map(([place, t]) => Math.min(K.base.worldsAt(t), simulated ? results.get(place).worlds(t) : results.get(place).guessed ? results.get(place).used : 0)));
  const value = (w) => (place, t) => (simulated ? results.get(place).value(w, t) : results.get(place).guessed[w * T + t]);
  const hits = { n: 0, before: 0, after: 0, gained: 0, lost: 0, simulated, same: first.same };
  for (let w = 0; w < count; w += 1) {
    const a = tested(target, (place, t) => K.base.at(place, w, t)), b = tested(target, value(w));
    if (!Number.isFinite(a) || !Number.isFinite(b)) continue;
    const before = meets(target, a), after = meets(target, b);
    hits.n += 1; hits.before += before; hits.after += after; hits.gained += after && !before; hits.lost += before && !after;
  }
  return hits;
}

const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

function paintTargets(how) {
  const rows = targetsNow().map((target) => {
    const hits = hitsOf(target, how), sign = (number) => (number > 0 ? `+${number}` : number < 0 ? `\u2212${-number}` : "\u00b10");
    const words = !revealed ? "Say first what you expect." : !hits.n ? "Waiting for the simulation." : hits.same ? `In ${hits.after} of ${hits.n} worlds at the start`
      : `${hits.simulated ? "In" : "Estimate: in"} ${hits.after} of ${hits.n} worlds; start ${hits.before} (${sign(hits.after - hits.before)}: gained ${hits.gained}, lost ${hits.lost})`;
    const bar = html("span", { className: "share", "aria-hidden": "true" });
    if (hits.n && revealed) {
      const now = html("span", { className: hits.simulated ? "now" : "now guess" }), was = html("span", { className: "was" });
      now.style.width = `${(100 * hits.after) / hits.n}%`; was.style.left = `${(100 * hits.before) / hits.n}%`;
      bar.append(now, was);
    }
    const from = `${target.that.split("@")[0]}, ${target.date}${target.sources.length ? `; ${target.sources.join(", ")}` : ""}${target.own ? "; yours" : ""}`;
    return html("li", {}, html("strong", {}, capital(target.name)), html("span", { className: "hits" }, words), html("span", { className: "small" }, from), bar);
  });
  $("aims").replaceChildren(...(rows.length ? rows : [html("li", { className: "small" }, "The scenario has none: type one into a panel.")]));
}

function paintCivilians(how) {
  const rows = [html("tr", {}, html("th", { scope: "col" }, "Indicator"), html("th", { scope: "col" }, `By ${D.endWords}`), html("th", { scope: "col" }, "Middle world"), html("th", { scope: "col" }, "On the way"))];
  for (const entry of D.indicators.filter((each) => each.civilians)) {
    const result = resultOf(entry.id, how), { pairs } = endOf(result), c = countsOf(pairs, entry.direction);
    const mark = entry.mark ? " \u2020" : "", hidden = !revealed;
    const level = quantile(sortedFinite(pairs.map((p) => p[1])), 0.5), middle = quantile(sortedFinite(pairs.map(([a, b]) => b - a)), 0.5);
    const count = !pairs.length || hidden ? "" : result.same ? "as at the start" : entry.direction === "context"
      ? `higher in ${c.first}, lower in ${c.second} of ${c.n}` : `worse in ${c.second}, better in ${c.first} of ${c.n}`;
    const kind = entry.direction !== "context" && !result.same && !hidden ? (clearly(c.second, c.first) ? "worse" : clearly(c.first, c.second) ? "better" : "") : "";
    rows.push(html("tr", {}, html("th", { scope: "row" }, `${entry.title}${mark}`, html("br"), html("span", { className: "small" }, entry.unit)),
      html("td", { className: kind }, count), html("td", {}, hidden || !pairs.length ? "" : result.same ? shown(level) : `${shown(middle, true)}, at ${shown(level)}`),
      html("td", {}, hidden ? "" : wayOf(result).replace(" (middle world).", ""))));
  }
  $("civil").replaceChildren(...rows);
}

function paintState(how) {
  const chip = $("state"), sim = K.sim, same = isStart(state);
  const learning = [...K.learning].map(([id, share]) => `${LEVER.get(id).title} ${Math.round(100 * share)}%`);
  const reached = (values) => { let t = 0; while (t < T && values.worldsAt(t) > 0) t += 1; return t ? D.dates[t - 1].slice(0, 7) : ""; };
  let kind = "", text = "";
  const base = K.base ? K.base.worldsAt(T - 1) : 0;
  if (!K.base || base === 0) { kind = "simulating"; text = `Simulating the start${K.base ? `, ${reached(K.base)} reached` : ""}`; }
  else if (same) { kind = "simulated"; text = `Simulated: the start, ${base} worlds`; }
  else if (sim && sim.done) { kind = "simulated"; text = `Simulated, ${W} worlds`; }
  else if (sim && sim.values.worldsAt(T - 1)) { kind = "simulated"; text = `Simulated, ${sim.values.worldsAt(T - 1)} worlds; more are coming`; }
  else if (sim && sim.values.worldsAt(0)) { kind = "simulating"; text = `Simulating, ${reached(sim.values)} reached`; }
  else if (how.pulls) { kind = "estimate"; text = `Estimate${typicalError()}, ${how.used} worlds${how.anchored ? ", from the last simulation" : ""}`; }
  else { kind = "simulating"; text = D.offline ? `No estimate here${how.why ? `: ${how.why}` : ""}` : `Waiting for the simulation${how.why ? `: ${how.why}` : ""}`; }
  if (learning.length) text += `; learning ${learning.join(", ")}`;
  if (D.offline && kind === "estimate") text += "; this file cannot simulate";
  if (!$("trouble").hidden && kind !== "simulated") kind = "trouble";
  chip.className = `chip ${kind}`;
  if (chip.textContent !== text) chip.textContent = text;
}

function paintHeadline(how) {
  const target = targetsNow()[0], names = leverNames(state), hits = target ? hitsOf(target, how) : { n: 0 };
  const started = names.length || state.shocks || Object.keys(state.parameters).length;
  let text = started ? "" : "Pull a lever on the left and see what changes.";
  if (hits.n && revealed) {
    text = `${hits.simulated || hits.same ? "" : "Estimate: "}${capital(target.name)} in ${hits.after} of ${hits.n} worlds`
      + (started ? ` with ${listed([...names, ...shockNames(state)]) || "these assumptions"}.` : ". Pull a lever on the left and see what changes.");
  }
  if (!revealed && $("predict").checked) text = "What do you expect? Draw it in the first panel, or type where it ends.";
  if ($("headline").textContent !== text) $("headline").textContent = text;
}

function paintWhy(how) {
  const box = $("why"), id = state.panels[0], place = PLACE.get(id), entry = INDICATOR.get(id), rows = [];
  $("why-title").textContent = `Why: ${entry.title}`;
  const entries = Object.entries(state.levers).filter(([each, s]) => s && K.effects.has(each));
  if (revealed && entries.length && K.base && K.base.worldsAt(T - 1) >= L) {
    const total = quantile(sortedFinite(endOf(resultOf(id, how)).pairs.map(([a, b]) => b - a)), 0.5);
    for (const [each, setting] of entries) {
      const made = estimateOf({ values: K.base, pulls: pullsOf({ [each]: setting }).pulls, before: [], used: L }, id);
      rows.push([brief(LEVER.get(each).title), quantile(sortedFinite(range(L).map((w) => made[w * T + T - 1] - K.base.at(place, w, T - 1))), 0.5)]);
    }
    if (Number.isFinite(total) && (rows.length > 1 || state.shocks)) rows.push([state.shocks ? "Shocks, and all together beyond the sum" : "Together, beyond the sum", total - rows.reduce((sum, row) => sum + row[1], 0)]);
  }
  const largest = Math.max(...rows.map((row) => Math.abs(row[1])), 1e-12);
  box.replaceChildren(...(rows.length ? rows.map(([name, value]) => {
    const bar = html("div", { className: value < 0 ? "bar less" : "bar" });
    bar.style.width = `${(100 * Math.abs(value)) / largest}%`;
    return html("div", { className: "one" }, `${name} ${shown(value, true)}`, bar);
  }) : [html("p", { className: "small" }, "Each lever by itself, middle world, at the end: pull levers to see.")]));
}

function paintMap(how) {
  const days = {}, gates = Object.entries(D.map.places).filter(([, place]) => place.kind === "gate");
  for (const [id] of gates) {
    const place = PLACE.get(`closure_days[${id}]`);
    if (place === undefined) continue;
    const result = { ...resultOf("closure_days", { ...how, pulls: null }), place };
    const sim = K.sim && K.sim.values.worldsAt(T - 1), source = sim && revealed ? K.sim.values : K.base;
    days[id] = quantile(sortedFinite(range(source.worldsAt(T - 1)).map((w) => source.at(result.place, w, T - 1))), 0.5);
  }
  const source = K.sim && K.sim.values.worldsAt(T - 1) && revealed ? K.sim.values : K.base, trade = PLACE.get("trade_volume");
  const flow = quantile(sortedFinite(range(source.worldsAt(T - 1)).map((w) => source.at(trade, w, T - 1))), 0.5);
  drawMap($("map"), D.map, days, flow, { days: Math.max(20, ...Object.values(days).filter(Number.isFinite)), trade: Math.max(8, flow) });
}

// -- painting ------------------------------------------------------------------------------------------------------------

function paint() {
  if (drawn) return;
  drawn = requestAnimationFrame(() => { drawn = 0; paintNow(); });
}
function paintNow() {
  const how = estimator(state);
  paintState(how); paintLevers(); paintShocks();
  for (const button of document.querySelectorAll("[data-view]")) button.setAttribute("aria-pressed", String(button.dataset.view === state.view));
  $("undo").disabled = !moves();
  $("pin").disabled = !(K.sim && K.sim.done);
  $("story").hidden = state.view !== "worlds" || Boolean(D.offline);
  paintAssumptions();
  if (!K.base || !K.base.worldsAt(0)) return;
  state.panels.forEach((_, k) => paintPanel(k, how));
  paintHeadline(how); paintTargets(how); paintCivilians(how); paintWhy(how); paintPredict(how);
  if (K.base.worldsAt(T - 1)) paintMap(how);
  $("tried").replaceChildren(...tried.map((each) => html("li", {}, html("button", { type: "button", onclick: () => { visit(each.hash); restored(); } }, each.label), html("span", { className: "small" }, ` ${each.end}`))));
  paintPins();
  window.painted = performance.now();
}
function paintLegend() {
  const keys = [];
  if (state.view !== "difference") keys.push(["#6b7480", "start"]);
  if (!isStart(state)) keys.push(["#1d6b2c", state.view === "difference" ? "setting less start, simulated" : "setting, simulated"], ["#1c5fb0", "estimate (dashed)"]);
  pins.forEach((pin, k) => keys.push([PIN_COLOURS[k], `${PIN_NAMES[k]}: ${pin.label}`]));
  const words = state.view === "worlds" ? "One line a world; the black one is picked." : "Lines: the middle world; bands: 50% and 90% of worlds; dots: twenty worlds at the end.";
  const made = JSON.stringify([keys, words]);
  if ($("legend").dataset.made === made) return;
  $("legend").dataset.made = made;
  $("legend").replaceChildren(...keys.map(([colour, text]) => { const key = html("span", { className: "key" }); key.style.borderColor = colour; return html("span", {}, key, `${text} `); }), words);
}
function paintPins() {
  paintLegend();
  const text = pins.length ? `Pinned: ${pins.map((pin, k) => `${PIN_NAMES[k]} (${k ? "orange" : "violet"}) ${pin.label}`).join("; ")}` : "Pin";
  $("pin").textContent = pins.length === 2 ? "Unpin" : pins.length ? "Pin B" : "Pin A";
  $("pin").title = text;
}
