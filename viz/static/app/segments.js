// A text with facts that overlap -> lines of segments, each of which knows every fact that covers it.
import { CodePoints } from "./spans.js";

// `facts`: [{start, end}] in code points; `places`, in order, are cut at too. Returns lines [{start, end, segments: [{start, end, text, facts: [index]}]}]
// in the order of the text.
export function lines(text, facts, places = []) {
  const points = new CodePoints(text);
  const found = [];
  const opens = facts.map((fact, index) => ({ at: fact.start, end: fact.end, index })).filter((fact) => fact.end > fact.at).sort((a, b) => a.at - b.at);
  let next = 0;
  let place = 0;
  let active = []; // facts that cover the place where the walk stands
  let start = 0;
  for (const line of text.split("\n")) {
    const end = start + new CodePoints(line).length;
    const cuts = new Set([start, end]);
    active = active.filter((fact) => fact.end > start);
    while (next < opens.length && opens[next].at < end) active.push(opens[next++]);
    for (const fact of active) {
      if (fact.at > start && fact.at < end) cuts.add(fact.at);
      if (fact.end > start && fact.end < end) cuts.add(fact.end);
    }
    for (; place < places.length && places[place] <= end; place++) if (places[place] > start) cuts.add(places[place]);
    const bounds = [...cuts].sort((a, b) => a - b);
    const segments = [];
    for (let n = 0; n + 1 < bounds.length; n++) {
      const [from, to] = [bounds[n], bounds[n + 1]];
      segments.push({ start: from, end: to, text: points.slice(from, to), facts: active.filter((fact) => fact.at <= from && fact.end >= to).map((fact) => fact.index) });
    }
    found.push({ start, end, segments });
    start = end + 1;
  }
  return found;
}
