"use strict";
// The estimate of a combination of levers, world by world; the same as compose.py, to which a test compares it.

const LEAST = 1e-6, EDGE = 1e-4;

function toScale(value, channel) {
  if (channel.scale === "log") return Math.log(Math.max(value, LEAST));
  if (channel.scale === "root") return Math.sqrt(Math.max(value, 0));
  if (channel.scale === "logit") {
    const share = Math.min(Math.max(value / channel.top, EDGE), 1 - EDGE);
    return Math.log(share / (1 - share));
  }
  return value;
}

function fromScale(value, channel) {
  if (channel.scale === "log") return Math.exp(value);
  if (channel.scale === "root") return Math.max(value, 0) ** 2;
  if (channel.scale === "logit") return channel.top / (1 + Math.exp(-value));
  return value;
}

// Where each point of a curve that acts `shift` weeks later is found in the curve: place, share of the next one, on/off.
function shiftOf(points, shift) {
  return points.map((week) => {
    const at = week - shift;
    let low = -1;
    while (low + 1 < points.length && points[low + 1] <= at) low += 1;
    low = Math.min(Math.max(low, 0), points.length - 2);
    const part = Math.min(Math.max((at - points[low]) / (points[low + 1] - points[low]), 0), 1);
    return { low, part, on: at >= points[0] };
  });
}

// Adds `sign` times the effect of one lever on one channel to `sum` (worlds x points).
function addPull(sum, pull, place, sign, shape) {
  const { channels, worlds, points, knots, weeks, used } = shape;
  let upper = 1;
  while (upper < knots.length - 1 && pull.intensity > knots[upper]) upper += 1;
  const part = (pull.intensity - knots[upper - 1]) / (knots[upper] - knots[upper - 1]);
  const size = channels * worlds * points;
  const curve = new Float64Array(points);
  const from = shiftOf(weeks, pull.shift);
  const until = pull.end === null ? null : shiftOf(weeks, pull.end);
  for (let w = 0; w < used; w += 1) {
    const start = (place * worlds + w) * points;
    for (let t = 0; t < points; t += 1) {
      let value = part * pull.effects[(upper - 1) * size + start + t];
      if (upper > 1) value += (1 - part) * pull.effects[(upper - 2) * size + start + t];
      curve[t] = value;
    }
    for (let t = 0; t < points; t += 1) {
      let value = moved(curve, from[t]);
      if (until) value -= moved(curve, until[t]);
      sum[w * points + t] += sign * value;
    }
  }
}

function moved(curve, { low, part, on }) {
  return on ? curve[low] * (1 - part) + curve[low + 1] * part : 0;
}

// The estimate of one channel, (used worlds x points). values: of all channels and worlds, simulated without levers or
// with the levers `before`; its stride of worlds is `stride`.
function composed(values, stride, pulls, before, place, channel, limits, shape) {
  const { points, used } = shape;
  const sum = new Float64Array(used * points);
  for (const pull of pulls) addPull(sum, pull, place, 1, shape);
  for (const pull of before) addPull(sum, pull, place, -1, shape);
  const made = new Float64Array(used * points);
  for (let w = 0; w < used; w += 1) {
    for (let t = 0; t < points; t += 1) {
      const base = values[(place * stride + w) * points + t], effect = sum[w * points + t];
      if (effect === 0) { made[w * points + t] = base; continue; }
      let value = fromScale(toScale(base, channel) + effect, channel);
      if (limits) value = Math.min(Math.max(value, limits[0]), limits[1]);
      made[w * points + t] = value;
    }
  }
  return made;
}

// Score of 1 to 100 of a value between the goalposts of a part in world w.
function placed(value, [worst, best], w, log, bent) {
  let low = worst[w], high = best[w];
  if (log) [value, low, high] = [value, low, high].map((each) => Math.log(Math.max(each, 1e-9)));
  const at = (value - low) / (high - low);
  const way = at < bent ? bent / (1 + (bent - at) / bent) : at > 1 - bent ? 1 - bent / (1 + (bent - (1 - at)) / bent) : at;
  return Math.max(100 * way, 1);
}

// A composite index, (worlds x points), from its estimated parts; where no part differs from the base, that of the base.
// base and values: functions from the id of a channel to its values.
function composite(id, rule, base, values, worlds, points) {
  const indices = id in rule.parts ? [id] : rule.order.map((part) => `${part}_index`), own = base(id);
  const parts = indices.map((index) => rule.parts[index].map(({ channel, posts, log }) => ({ here: base(channel), there: values(channel), posts: rule.posts[posts], log })));
  const made = new Float64Array(worlds * points);
  for (let w = 0; w < worlds; w += 1) {
    for (let t = 0; t < points; t += 1) {
      const at = w * points + t;
      if (parts.every((each) => each.every((part) => part.here[at] === part.there[at]))) { made[at] = own[at]; continue; }
      let sum = 0;
      parts.forEach((each, k) => {
        let product = 1;
        for (const part of each) product *= placed(part.there[at], part.posts, w, part.log, rule.bent);
        sum += (parts.length > 1 ? rule.weights[w][k] : 1) * (Math.log(product) / each.length);
      });
      made[at] = Math.exp(sum);
    }
  }
  return made;
}

// Linear interpolation between order statistics, as NumPy's default.
function quantile(sorted, q) {
  if (!sorted.length) return NaN;
  const at = q * (sorted.length - 1), low = Math.floor(at);
  return low + 1 < sorted.length ? sorted[low] + (at - low) * (sorted[low + 1] - sorted[low]) : sorted[low];
}

function sortedFinite(values) {
  return Float64Array.from(values.filter(Number.isFinite)).sort();
}
