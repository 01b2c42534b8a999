// What is known: values of the start, effects of levers, the simulation of the present setting, and estimates from them.

const D = JSON.parse(document.getElementById("data").textContent);
const C = D.channels.length, W = D.worlds, L = D.ofLevers, T = D.points.length;
const PLACE = new Map(D.channels.map((channel, k) => [channel.id, k]));
const LEVER = new Map(D.levers.map((lever) => [lever.id, lever]));
const INDICATOR = new Map(D.indicators.map((each) => [each.id, each]));
const K = { base: null, drawn: null, held: "{}", limits: D.limits || D.channels.map(() => null), effects: new Map(), learning: new Map(), sim: null, anchor: null, tally: new Map() };

function floats(text) {
  const raw = atob(text), bytes = new Uint8Array(raw.length);
  for (let k = 0; k < raw.length; k += 1) bytes[k] = raw.charCodeAt(k);
  return new Float32Array(bytes.buffer);
}

// Values of all channels, worlds and points, with how many points of each group of worlds are there.
class Values {
  constructor() { this.all = new Float32Array(C * W * T).fill(NaN); this.ready = new Map(); }
  take(part) {
    const values = floats(part.values), { world, point, worlds, points } = part;
    for (let c = 0; c < C; c += 1) for (let w = 0; w < worlds; w += 1) for (let t = 0; t < points; t += 1) {
      this.all[(c * W + world + w) * T + point + t] = values[(c * worlds + w) * points + t];
    }
    this.ready.set(world, { worlds, points: point + points });
  }
  // Worlds that are there at a point, counted from the first: groups come in order.
  worldsAt(t) {
    let count = 0;
    for (const [world, group] of [...this.ready].sort((a, b) => a[0] - b[0])) {
      if (world !== count || group.points <= t) break;
      count += group.worlds;
    }
    return count;
  }
  at(c, w, t) { return this.all[(c * W + w) * T + t]; }
}

// -- questions ---------------------------------------------------------------------------------------------------------

function weekOf(day) { return Math.ceil((Date.parse(day) - Date.parse(D.start)) / 6048e5); }
function rampWeeks(setting) { return setting.ramp === undefined ? 0 : parseFloat(setting.ramp); }
function fileOf(setting) {
  if (!setting) return null;
  const made = { from: setting.from, intensity: setting.intensity, ramp: setting.ramp };
  if (setting.until) made.until = setting.until;
  return made;
}
function questionOf(state) {
  const asked = { levers: {} };
  for (const [id, setting] of Object.entries(state.levers)) {
    if (!setting || !setting.while) { asked.levers[id] = fileOf(setting); continue; }
    const deal = { id: id.slice(0, 40), levers: { [id]: setting.intensity }, while: setting.while, from: setting.from, review: "13 weeks" };
    if (setting.until) deal.until = setting.until;
    asked.deals = [...(asked.deals || []), deal];
    if (id in D.baseLevers) asked.levers[id] = null;
  }
  if (state.shocks) asked.shocks = state.shocks;
  if (Object.keys(state.parameters).length) asked.parameters = state.parameters;
  const own = Object.keys(state.targets).map(ownTarget);
  if (own.length) asked.targets = own.map(({ name, that }) => ({ name, that }));
  return asked;
}
function sortedKey(question) {
  return JSON.stringify([Object.entries(question.levers).sort((a, b) => (a[0] < b[0] ? -1 : 1)), question.shocks || null, question.deals || null, question.parameters || null]);
}

// -- targets -----------------------------------------------------------------------------------------------------------

const OPS = { "<": (a, b) => a < b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, ">=": (a, b) => a >= b };

// A target that was typed into a panel.
function ownTarget(id) {
  const entry = INDICATOR.get(id), op = entry.direction === "down" ? "<=" : ">=", value = state.targets[id];
  return { id, own: true, name: `${entry.title} ${op === "<=" ? "at most" : "at least"} ${value}`, that: `${id}@end ${op} ${value}`,
    left: [PLACE.get(id), T - 1], right: null, tests: [[op, value]], date: D.endWords, sources: [] };
}
// Those of the starting scenario first.
function targetsNow() { return [...D.targets, ...Object.keys(state.targets).map(ownTarget)]; }

// The target of a panel: the one typed, or the scenario's for the end.
function targetOf(id) {
  if (id in state.targets) return ownTarget(id);
  return D.targets.find((each) => !each.right && each.tests.length === 1 && each.left[0] === PLACE.get(id) && each.left[1] === T - 1) || null;
}

// What a target tests in a world. read: value of a channel at a point; NaN where there is none.
function tested(target, read) {
  const value = read(...target.left);
  if (!target.right) return value;
  const [place, t, by, number] = target.right, other = read(place, t);
  return value - (by === "*" ? other * number : by === "-" ? other - number : other + number);
}
const meets = (target, value) => target.tests.every(([op, number]) => OPS[op](value, number));

function isStart(state) { return !Object.keys(state.levers).length && !state.shocks; }

// The pulls of a question, or the levers that are missing for them; null where levers of the start are changed.
function pullsOf(levers) {
  const pulls = [], missing = [];
  for (const [id, setting] of Object.entries(levers)) {
    if (!LEVER.get(id).estimable || !setting || setting.while) return { pulls: null, missing: [] };
    const effects = K.effects.get(id);
    if (!effects) { missing.push(id); continue; }
    const shift = weekOf(setting.from) - D.libraryWeek + (rampWeeks(setting) - D.ramp) / 2;
    const end = setting.until ? weekOf(setting.until) - D.libraryWeek : null;
    pulls.push({ id, effects, intensity: setting.intensity, shift, end });
  }
  return { pulls, missing };
}

function shapeOf(used) { return { channels: C, worlds: L, points: T, knots: D.knots, weeks: D.points, used }; }

// How the present setting can be estimated: from the start, or from the last simulation if few levers moved since.
function estimator(state) {
  if (!K.base || K.base.worldsAt(T - 1) < L) return { why: "the starting scenario is being simulated" };
  if (Object.keys(state.parameters).length) return { why: "held assumptions have no estimate" };
  const { pulls, missing } = pullsOf(state.levers);
  if (!pulls) return { why: "deals, and levers that the starting scenario pulls, have no estimate" };
  if (missing.length) return { why: "", missing };
  const shocks = JSON.stringify(state.shocks || null), anchor = K.anchor;
  if (anchor && anchor.shocks === shocks) {
    const before = pullsOf(anchor.levers);
    const names = new Set([...Object.keys(state.levers), ...Object.keys(anchor.levers)]);
    const differ = [...names].filter((id) => JSON.stringify(state.levers[id]) !== JSON.stringify(anchor.levers[id])).length;
    if (before.pulls && !before.missing.length && (differ <= 2 || shocks !== "null")) {
      return { values: anchor.values, pulls, before: before.pulls, used: Math.min(L, anchor.values.worldsAt(T - 1)), anchored: true };
    }
  }
  if (shocks !== "null") return { why: "a shock has no estimate" };
  return { values: K.base, pulls, before: [], used: L, anchored: false };
}

// Each estimate is made once for an estimator; composite indices are made from those of their parts.
function estimateOf(how, id) {
  how.made ??= new Map();
  if (!how.made.has(id)) how.made.set(id, isComposite(id) ? compositeOf(how, id) : channelOf(how, id));
  return how.made.get(id);
}
function channelOf(how, id) {
  const place = PLACE.get(id);
  return composed(how.values.all, W, how.pulls, how.before, place, D.channels[place], K.limits[place], shapeOf(how.used));
}
const isComposite = (id) => id in D.rule.parts || id === D.rule.whole;
function compositeOf(how, id) {
  const base = (each) => how.values.all.subarray(PLACE.get(each) * W * T, (PLACE.get(each) + 1) * W * T);
  return composite(id, D.rule, base, (each) => estimateOf(how, each), how.used, T);
}

// Why an estimate cannot be relied on, where that is known: more levers than its error was measured for, or values that
// end where single levers do not reach.
const MOST_LEVERS = 5;
function beyond(how, id, guessed) {
  const limits = K.limits[PLACE.get(id)];
  let stopped = 0;
  for (let w = 0; limits && w < how.used; w += 1) {
    const end = guessed[w * T + T - 1];
    if (end === limits[1] || (limits[0] > 0 && end === limits[0])) stopped += 1;
  }
  if (stopped > how.used / 10) return "It ends beyond what single levers reach: wait for the simulation.";
  return how.pulls.length > MOST_LEVERS ? `More than ${MOST_LEVERS} levers: coarser than that.` : "";
}

// -- the server --------------------------------------------------------------------------------------------------------

const TAB = Math.random().toString(36).slice(2);

// In a notebook the page stands in a frame: it asks the kernel by messages, which carry the number of the question.
const BUSY = "The notebook's kernel is busy or has stopped. The page goes on when it answers.";
const open = new Map();
let numbered = 0;
if (D.bridge) addEventListener("message", ({ source, data }) => { if (source === parent && data) open.get(data.id)?.(data); });

// Calls `take` with each event of an answer, and gives the data of one that is no stream.
function bridged(path, body, signal, take) {
  const id = `${TAB}-${(numbered += 1)}`;
  return new Promise((done, fail) => {
    let found;
    const late = setTimeout(() => trouble(BUSY), 5000);
    const end = () => { clearTimeout(late); open.delete(id); };
    signal?.addEventListener("abort", () => { end(); parent.postMessage({ id, stop: true }, "*"); fail(new Error("aborted")); });
    open.set(id, (message) => {
      if (message.began) { clearTimeout(late); if ($("trouble").textContent === BUSY) trouble(""); }
      if (message.event) take(message.event);
      if ("data" in message) found = message.data;
      if (message.busy) { end(); fail(new TypeError("busy")); }
      if (message.faults) { end(); fail(new Error(message.faults.join("; "))); }
      if (message.end) { end(); done(found); }
    });
    parent.postMessage({ id, path, body: { tab: TAB, ...body } }, "*");
  });
}

async function post(path, body, signal) {
  if (D.bridge) { const data = await bridged(path, body, signal, () => {}); return { json: async () => data }; }
  const answer = await fetch(path, {
    method: "POST", signal, cache: "no-store", headers: { "Content-Type": "application/json", "X-Regionsim-Token": D.token },
    body: JSON.stringify({ tab: TAB, ...body }),
  });
  if (answer.status === 422) throw new Error((await answer.json()).faults.join("; "));
  if (answer.status === 503) throw new TypeError("busy");
  if (!answer.ok) throw new Error(await answer.text());
  return answer;
}

// Calls `take` with each event of a stream. Throws a TypeError if the server is gone before its end.
async function stream(path, body, signal, take) {
  if (D.bridge) { await bridged(path, body, signal, take); return; }
  const answer = await post(path, body, signal);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "", ended = false;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
    const events = text.split("\n\n");
    text = events.pop();
    for (const each of events) {
      const event = JSON.parse(each.slice(6));
      if (event.type === "fault") throw new Error(event.faults.join("; "));
      if (["done", "stopped", "lever", "story", "brief"].includes(event.type)) ended = true;
      take(event);
    }
  }
  if (!ended && !signal?.aborted) throw new TypeError("the answer broke off");
}
