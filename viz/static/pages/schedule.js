// What is to be done by when: tasks and stages on a time line by body or plan, as of any day; what is overdue, and a calendar to take away.
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { address } from "../app/api.js";
import { parameters, setParameters } from "../app/address.js";
import { Combobox } from "../app/combobox.js";
import { Failure, Pages, Quotation, Thing, Waiting, useAnswer, useLabel } from "../app/parts.js";
import { gantt } from "../app/gantt.js";
import { show } from "../app/shell.js";
import { t } from "../app/words.js";

const STATES = ["overdue", "due-soon", "ongoing", "later", "undated"];
const LIMIT = 200;

// The day here, as a date without time.
function today() {
  const now = new Date();
  return [now.getFullYear(), String(now.getMonth() + 1).padStart(2, "0"), String(now.getDate()).padStart(2, "0")].join("-");
}

function Schedule() {
  const asked = parameters();
  const [state, setState] = useState({ plan: asked.get("plan") ?? "", institution: asked.get("institution") ?? "", region: asked.get("region") ?? "", as_of: asked.get("as_of") ?? today(), state: asked.getAll("state"), by: asked.get("by") ?? "time" });
  const names = { plan: useLabel(state.plan), institution: useLabel(state.institution), region: useLabel(state.region) };
  const [offset, setOffset] = useState(0);
  const { by, ...wanted } = state;
  const { data, error, again } = useAnswer("schedule", { ...wanted, limit: LIMIT, offset });
  const put = (change) => {
    const next = { ...state, ...change };
    setState(next);
    setOffset(0);
    setParameters(next);
  };
  const toggle = (one) => put({ state: state.state.includes(one) ? state.state.filter((other) => other !== one) : [...state.state, one] });
  const items = data?.items.items ?? [];
  return html`<h1>${t("schedule.title")}</h1>
    <div class="bar filters">
      ${["plan", "institution", "region"].map((kind) => html`<label class="blank"><span class="soft">${t(`type.${kind}`)}</span><${Combobox} label=${t(`type.${kind}`)} kind=${kind} initial=${names[kind]} choose=${(card) => put({ [kind]: card.iri })} /></label>`)}
      <label class="blank"><span class="soft">${t("schedule.asof")}</span><input type="date" value=${state.as_of} onChange=${(event) => event.target.value && put({ as_of: event.target.value })} /></label>
      ${(state.plan || state.institution || state.region) && html`<button type="button" onClick=${() => put({ plan: "", institution: "", region: "" })}>${t("schedule.all")}</button>`}
    </div>
    <div class="bar" role="group" aria-label=${t("schedule.states")}>
      ${STATES.map((one) => html`<button type="button" data-state=${one} aria-pressed=${state.state.includes(one)} onClick=${() => toggle(one)}><span class="dot" data-state=${one}></span>${t(`state.${one}`)} ${data?.counts?.[one] ?? ""}</button>`)}
      <select aria-label=${t("schedule.by")} value=${by} onChange=${(event) => put({ by: event.target.value })}>${["time", "body", "plan", "section"].map((one) => html`<option value=${one}>${t(`schedule.by.${one}`)}</option>`)}</select>
      <a href=${address("schedule.ics", wanted)} download="zhengpu.ics">${t("schedule.ics")}</a>
    </div>
    <${Failure} error=${error} again=${again} />
    ${!data && !error && html`<${Waiting} />`}
    ${data && !items.length && html`<p class="soft">${t("empty")}</p>`}
    ${items.some((item) => item.start_by || item.due_by) && html`<${Line} items=${items} asOf=${data.as_of} by=${by} />`}
    ${groups(items, by).map(([title, inside]) => html`<section>${title && html`<h2>${title}</h2>`}<ol class="bare lines">${inside.map((item) => html`<li><${Item} item=${item} /></li>`)}</ol></section>`)}
    ${data && html`<${Pages} total=${data.items.total} offset=${offset} limit=${LIMIT} go=${setOffset} />`}`;
}

function groups(items, by) {
  if (by === "time") return [["", items]];
  const found = new Map();
  for (const item of items) {
    const names = by === "plan" ? [item.plan.label] : by === "section" ? [[item.plan.label, item.section?.label].filter(Boolean).join(" · ")] : item.bodies.length ? item.bodies.map((body) => body.label) : [t("schedule.nobody")];
    for (const name of names) found.set(name, [...(found.get(name) ?? []), item]);
  }
  return [...found];
}

function Line({ items, asOf, by }) {
  const place = useRef(null);
  useEffect(() => {
    let gone = false;
    let away = () => {};
    const draw = () => gantt(place.current, groups(items, by), asOf).then((clear) => (gone ? clear() : (away = clear)));
    draw();
    const again = () => (away(), draw());
    document.addEventListener("themechange", again);
    return () => {
      gone = true;
      document.removeEventListener("themechange", again);
      away();
    };
  }, [items, asOf, by]);
  return html`<div class="gantt" ref=${place}></div>`;
}

function Item({ item }) {
  const when = [item.start_by, item.due_by].filter(Boolean);
  return html`<div class="item">
    <span class="state"><span class="dot" data-state=${item.state}></span>${t(`state.${item.state}`)}</span>
    <div><${Thing} card=${item.thing} /> <span class="note">${item.plan.label}</span>
      <div class="note">${when.length ? when.join(" – ") : ""} ${item.schedule_text} ${item.bodies.map((body) => html`<span class="pair"><${Thing} card=${body} plain /> (${t(`role.${body.role}`)})</span> `)}</div>
      <details><summary>${t("read.there")}</summary><${Quotation} fact=${item} /></details>
    </div>
  </div>`;
}

show("schedule", Schedule);
