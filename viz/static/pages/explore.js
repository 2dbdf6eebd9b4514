// Exploring the network: start from a search, a preset, a question or an address; expand, filter, find paths, read what proves an edge, take it away.
import { html, useEffect, useMemo, useReducer, useRef, useState } from "../vendor/preact.js";
import { get } from "../app/api.js";
import { parameters, readAt, setParameters } from "../app/address.js";
import { Canvas } from "../app/canvas.js";
import { Combobox } from "../app/combobox.js";
import { save } from "../app/files.js";
import { Explored } from "../app/network.js";
import { Count, Failure, Sign, Thing, Waiting, useAnswer, useLabel } from "../app/parts.js";
import { marked } from "../app/spans.js";
import { show } from "../app/shell.js";
import { t } from "../app/words.js";

const PRESETS = ["plan", "institution-measure", "co-responsibility", "lead-support", "plan-reference", "plan-indicator", "plan-plan", "theme-institution"];
const EXPANDABLE = new Set(["institution", "measure", "plan", "indicator", "legal-reference", "campaign"]); // types that a network shows
const GROUPS = 10; // communities that have a colour of their own
const FORMATS = { ttl: "Turtle", graphml: "GraphML", gexf: "GEXF", csv: "CSV" };
const NARROWING = ["plan", "region", "theme", "year"];
const OWN = new Set(["show", "without", "only", "pin", "at", "hide", "hiderole", "colour", "size", "lang"]); // of this page alone; the rest of the address goes to the API

// What the address asks the API for: around=IRI&hops=, name=PRESET, question=ID&…, path from=&to=.
function wanted() {
  const found = {};
  for (const [name, value] of parameters()) if (!OWN.has(name)) found[name] = name in found ? [found[name], value].flat() : value;
  return found;
}

function Explore() {
  const explored = useMemo(() => new Explored(), []);
  const [, redraw] = useReducer((n) => n + 1, 0);
  const asked = parameters();
  const [start, setStart] = useState(wanted);
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const [isReady, setReady] = useState(false);
  const [hidden, setHidden] = useState({ types: new Set(asked.getAll("hide")), roles: new Set(asked.getAll("hiderole")) });
  const [by, setBy] = useState({ colour: asked.get("colour") ?? "type", size: asked.get("size") ?? "degree" });
  const [chosen, setChosen] = useState(null);
  const legend = useAnswer("legend");
  const place = useRef(null);
  const canvas = useRef(null);
  const isEmpty = !Object.keys(start).length;

  const during = async (work) => {
    setBusy(true);
    setError(null);
    try {
      await work();
    } catch (failure) {
      if (failure.name !== "AbortError") setError(failure);
    }
    setBusy(false);
  };
  // `kept` is what was done to the network before its address was sent.
  const load = (next, kept = {}) => {
    setStart(next);
    setReady(false);
    setChosen(null);
    return during(async () => {
      const isPath = next.from && next.to;
      explored.replace(await get(isPath ? "path" : "network", next));
      for (const one of kept.show ?? []) await explored.expand(one);
      explored.restore(kept);
      if (kept.at) setChosen(kept.at.includes("\n") ? { line: kept.at } : explored.nodes.has(kept.at) ? { node: kept.at } : null);
      setReady(true);
      canvas.current?.whole();
    });
  };
  const asSent = () => ({ ...Object.fromEntries(["show", "without", "only", "pin"].map((name) => [name, parameters().getAll(name)])), at: parameters().get("at") });
  const expand = (wanted) => during(() => explored.expand(wanted));

  useEffect(() => {
    if (!legend.data) return undefined;
    const on = {
      node: (iri) => setChosen({ node: iri }),
      line: (key) => setChosen({ line: key }),
      ground: () => setChosen(null),
      open: (iri) => expand(iri),
      moved: (iri, x, y) => explored.move(iri, x, y),
    };
    canvas.current = new Canvas(place.current, legend.data, by, on);
    window.zhengpuExplorer = { explored, canvas: canvas.current }; // what tests and the console look at
    const stop = explored.listen(redraw);
    if (!isEmpty) load(start, asSent());
    return () => {
      stop();
      canvas.current.sigma.kill();
    };
  }, [legend.data]);
  useEffect(() => {
    if (!canvas.current) return;
    canvas.current.draw(explored.visible(hidden), explored.pinned);
  }, [explored.shown, explored.pinned, hidden]);
  useEffect(() => {
    if (!canvas.current) return;
    canvas.current.show(by);
  }, [by]);
  useEffect(() => {
    if (!isReady) return; // what the address says is not done yet
    const looks = { colour: by.colour === "type" ? "" : by.colour, size: by.size === "degree" ? "" : by.size };
    const seen = { show: explored.expanded, ...explored.left(), pin: [...explored.pinned], at: chosen?.node ?? chosen?.line };
    setParameters({ ...start, ...seen, hide: [...hidden.types], hiderole: [...hidden.roles], ...looks });
  }, [isReady, start, explored.shown, explored.pinned, hidden, by, chosen]);
  useEffect(() => canvas.current?.choose(chosen?.node ?? chosen?.line ?? null), [chosen]);
  useEffect(() => {
    const key = (event) => {
      if (event.target.closest?.("input, textarea, select")) return;
      if (event.key === "Escape") setChosen(null);
      else if ((event.ctrlKey || event.metaKey) && event.key === "z") event.shiftKey ? explored.redo() : explored.undo();
      else if (chosen?.node && event.key === "Delete") explored.hide(chosen.node);
      else if (chosen?.node && event.key === "Enter") expand(chosen.node);
    };
    document.addEventListener("keydown", key);
    return () => document.removeEventListener("keydown", key);
  }, [chosen]);

  const visible = explored.visible(hidden);
  return html`<div class=${isEmpty ? "explorer empty" : "explorer"} data-ready=${isReady}>
    <section class="tools" aria-label=${t("explore.tools")}>
      <${Start} start=${start} load=${load} />
      ${!isEmpty && html`<${Narrow} start=${start} load=${load} />
      <${Legend} explored=${explored} legend=${legend.data} hidden=${hidden} setHidden=${setHidden} by=${by} />
      <${Looks} by=${by} setBy=${setBy} />
      <${Paths} load=${load} node=${chosen?.node ? explored.nodes.get(chosen.node) : null} />
      <${Take} canvas=${canvas} visible=${visible} />`}
    </section>
    <div class="stage">
      <div class="sigma" ref=${place} role="application" aria-label=${t("explore.picture", { nodes: visible.nodes.length, lines: visible.lines.length })} tabindex="0"></div>
      <div class="bar over" hidden=${isEmpty}>
        <button type="button" disabled=${!explored.back.length} onClick=${() => explored.undo()}>${t("explore.undo")}</button>
        <button type="button" disabled=${!explored.forward.length} onClick=${() => explored.redo()}>${t("explore.redo")}</button>
        <button type="button" onClick=${() => canvas.current?.whole()}>${t("explore.whole")}</button>
        <span class="soft" role="status">${busy ? t("waiting") : t("explore.count", { nodes: visible.nodes.length, lines: visible.lines.length })}${explored.truncated ? ` · ${t("explore.truncated")}` : ""}</span>
      </div>
      ${isEmpty && html`<div class="hint"><h1>${t("explore.title")}</h1><p class="lede">${t("explore.lede")}</p></div>`}
      ${error && html`<div class="hint"><${Failure} error=${error} again=${() => load(start, asSent())} /></div>`}
      ${!isEmpty && !busy && !error && !visible.nodes.length && html`<div class="hint"><p>${t("explore.nothing")}</p></div>`}
    </div>
    <aside class="panel" hidden=${isEmpty} aria-live="polite" aria-label=${t("explore.details")}>
      ${chosen?.node && explored.nodes.get(chosen.node) && html`<${NodePanel} key=${chosen.node} node=${explored.nodes.get(chosen.node)} explored=${explored} legend=${legend.data} expand=${expand} choose=${setChosen} canvas=${canvas} />`}
      ${chosen?.line && html`<${LinePanel} line=${visible.lines.find((line) => line.key === chosen.line)} explored=${explored} legend=${legend.data} choose=${setChosen} />`}
      ${!chosen && html`<h2>${t("explore.shown")}</h2><${NodeList} nodes=${visible.nodes} choose=${(iri) => { setChosen({ node: iri }); canvas.current?.go(iri); }} />`}
    </aside>
  </div>`;
}

function Start({ start, load }) {
  return html`<h2>${t("explore.from")}</h2>
    <${Combobox} label=${t("explore.search")} placeholder=${t("explore.search")} clear choose=${(card) => load({ around: card.iri, hops: 1 })} />
    <ul class="bare presets">${PRESETS.map((name) => html`<li><button type="button" aria-pressed=${start.name === name} onClick=${() => load({ name })}>${t(`preset.${name}`)}</button></li>`)}</ul>`;
}

function Narrow({ start, load }) {
  const names = { plan: useLabel(start.plan), region: useLabel(start.region), theme: useLabel(start.theme) };
  const put = (name, value) => load(Object.fromEntries(Object.entries({ ...start, [name]: value }).filter(([, one]) => one !== "")));
  return html`<details open=${NARROWING.some((name) => start[name]) || undefined}><summary>${t("explore.narrow")}</summary>
    ${["plan", "region"].map((kind) => html`<label class="blank"><span class="soft">${t(`type.${kind}`)}</span><${Combobox} label=${t(`type.${kind}`)} kind=${kind} initial=${names[kind]} choose=${(card) => put(kind, card.iri)} /></label>`)}
    <label class="blank"><span class="soft">${t("compare.theme")}</span><${Combobox} label=${t("compare.theme")} kind="concept:theme" initial=${names.theme} choose=${(card) => put("theme", card.iri)} /></label>
    <label class="blank"><span class="soft">${t("explore.year")}</span><input type="number" min="1949" max="2100" value=${start.year ?? ""} onChange=${(event) => put("year", event.target.value)} /></label>
    ${NARROWING.some((name) => start[name]) && html`<button type="button" onClick=${() => load(Object.fromEntries(Object.entries(start).filter(([name]) => !NARROWING.includes(name))))}>${t("explore.widen")}</button>`}
  </details>`;
}

function Legend({ explored, legend, hidden, setHidden, by }) {
  if (!legend) return null;
  const nodes = [...explored.shown].map((iri) => explored.nodes.get(iri)).filter(Boolean);
  const types = new Map();
  for (const node of nodes) types.set(node.type, (types.get(node.type) ?? 0) + 1);
  const roles = new Map();
  for (const edge of explored.edges.values()) if (explored.shown.has(edge.source) && explored.shown.has(edge.target)) roles.set(edge.role_kind, (roles.get(edge.role_kind) ?? 0) + 1);
  const toggle = (kind, name) => {
    const next = new Set(hidden[kind]);
    if (!next.delete(name)) next.add(name);
    setHidden({ ...hidden, [kind]: next });
  };
  const strength = (role) => (role in legend.edge ? Object.keys(legend.edge).indexOf(role) : Infinity);
  const box = (kind, name, label, n, sign) => html`<li><label><input type="checkbox" checked=${!hidden[kind].has(name)} onChange=${() => toggle(kind, name)} />${sign}${label} <span class="soft">${n}</span></label></li>`;
  return html`<h2>${t("explore.legend")}</h2>
    <ul class="bare legend" data-legend="types">${[...types].sort((one, other) => other[1] - one[1]).map(([type, n]) => box("types", type, t(`type.${type}`), n, html`<${Sign} type=${type} />`))}</ul>
    <ul class="bare legend" data-legend="roles">${[...roles].sort((one, other) => strength(one[0]) - strength(other[0])).map(([role, n]) => box("roles", role, legend.edge[role]?.label ?? role, n, html`<span class="line" data-role=${role}></span>`))}</ul>
    ${by.colour === "community" && html`<${Groups} nodes=${nodes} />`}`;
}

// The communities, largest first, with the colours that they share where there are many.
function Groups({ nodes }) {
  const groups = new Map();
  for (const node of nodes) groups.set(node.community, (groups.get(node.community) ?? 0) + 1);
  const largest = [...groups].filter(([group]) => group !== undefined && group !== null).sort((one, other) => other[1] - one[1]);
  return html`<ul class="bare legend groups">${largest.slice(0, GROUPS).map(([group, n]) => html`<li><span class="swatch" data-group=${group % GROUPS}></span>${t("explore.group", { n: group + 1 })} <span class="soft">${n}</span></li>`)}</ul>
    ${largest.length > GROUPS && html`<p class="note">${t("explore.moregroups", { n: largest.length - GROUPS })}</p>`}`;
}

function Looks({ by, setBy }) {
  const choice = (name, values) => html`<label>${t(`explore.${name}`)}<select value=${by[name]} onChange=${(event) => setBy({ ...by, [name]: event.target.value })}>${values.map((value) => html`<option value=${value}>${t(`explore.by.${value}`)}</option>`)}</select></label>`;
  return html`<div class="looks">${choice("colour", ["type", "community"])} ${choice("size", ["degree", "centrality", "same"])}</div>`;
}

function Paths({ load, node }) {
  const [from, setFrom] = useState(null);
  const [to, setTo] = useState(null);
  const first = from ?? (node ? { iri: node.id, label: node.label } : null);
  return html`<details><summary>${t("explore.path")}</summary>
    <label class="blank"><span class="soft">${t("explore.path.from")}</span><${Combobox} label=${t("explore.path.from")} initial=${first?.label ?? ""} choose=${setFrom} /></label>
    <label class="blank"><span class="soft">${t("explore.path.to")}</span><${Combobox} label=${t("explore.path.to")} initial=${to?.label ?? ""} choose=${setTo} /></label>
    <button type="button" disabled=${!first || !to} onClick=${() => load({ from: first.iri, to: to.iri })}>${t("explore.path.find")}</button>
  </details>`;
}

function Take({ canvas, visible }) {
  const picture = async (form) => (form === "png" ? save("network.png", await canvas.current.png(), "image/png") : save("network.svg", canvas.current.svg(), "image/svg+xml"));
  const file = async (format) => {
    const body = JSON.stringify({ nodes: visible.nodes.map((node) => node.id), format });
    const response = await fetch("/api/export", { method: "POST", body, headers: { "content-type": "application/json" } });
    if (!response.ok) throw new Error((await response.json().catch(() => null))?.detail ?? t("error.status", { status: response.status }));
    const named = /filename="?([^";]+)/.exec(response.headers.get("content-disposition") ?? "")?.[1];
    save(named ?? `network.${format}`, await response.blob());
  };
  const [error, setError] = useState(null);
  const taken = (work) => () => work().then(() => setError(null), setError);
  return html`<details><summary>${t("explore.take")}</summary>
    <div class="bar">${["png", "svg"].map((form) => html`<button type="button" onClick=${taken(() => picture(form))}>${form.toUpperCase()}</button>`)}
      ${Object.entries(FORMATS).map(([format, label]) => html`<button type="button" onClick=${taken(() => file(format))}>${label}</button>`)}</div>
    <${Failure} error=${error} /></details>`;
}

function NodeList({ nodes, choose }) {
  const [words, setWords] = useState("");
  const found = nodes.filter((node) => node.label.includes(words.trim())).sort((one, other) => (other.degree ?? 0) - (one.degree ?? 0));
  return html`<input type="search" aria-label=${t("explore.filter")} placeholder=${t("explore.filter")} value=${words} onInput=${(event) => setWords(event.target.value)} />
    <ul class="bare lines">${found.slice(0, 200).map((node) => html`<li><button type="button" class="plain" onClick=${() => choose(node.id)}><${Sign} type=${node.type} /><bdi>${node.label}</bdi></button></li>`)}</ul>
    ${found.length > 200 && html`<p class="note">${t("explore.more", { n: found.length - 200 })}</p>`}`;
}

// What a link says: its kind, and beside it what only this one says (≥85, 3 measures).
function said(edge, legend) {
  const kind = edge.role_kind === "citation" ? t(`relation.${edge.role}`) : (legend.edge[edge.role_kind]?.label ?? "");
  return [kind, edge.weight > 1 ? `×${edge.weight}` : edge.label].filter(Boolean).join(" ");
}

function NodePanel({ node, explored, legend, expand, choose, canvas }) {
  const { data, error } = useAnswer("entity", { iri: node.id, limit: 5 });
  const card = { iri: node.id, type: node.type, label: node.label };
  return html`<h2><${Thing} card=${card} /></h2>
    <div class="bar">
      <button type="button" class="main" onClick=${() => expand(node.id)}>${t("explore.expand")}</button>
      <button type="button" onClick=${() => explored.collapse(node.id)}>${t("explore.collapse")}</button>
      <button type="button" onClick=${() => { explored.hide(node.id); choose(null); }}>${t("explore.hide")}</button>
      <button type="button" aria-pressed=${explored.pinned.has(node.id)} onClick=${() => explored.pin(node.id)}>${t("explore.pin")}</button>
      <button type="button" onClick=${() => explored.only([node.id, ...explored.neighbours(node.id)])}>${t("explore.only")}</button>
    </div>
    <dl class="fields">
      <div><dt>${t("explore.degree")}</dt><dd>${Math.max(node.degree, explored.neighbours(node.id).length)}</dd></div>
      ${node.centrality !== undefined && node.centrality !== null && html`<div><dt>${t("explore.centrality")}</dt><dd>${node.centrality.toFixed(4)}</dd></div>`}
    </dl>
    <${Failure} error=${error} />
    ${!data && !error && html`<${Waiting} />`}
    ${data && html`<dl class="fields">${data.properties.slice(0, 8).map((property) => html`<div><dt>${property.label}</dt><dd>${property.values.slice(0, 5).map((value) => html`<span class="several">${value.iri ? html`<${Thing} card=${value} plain />` : value.value.slice(0, 200)}</span>`)}</dd></div>`)}</dl>
      <h3>${t("explore.neighbours")}</h3>
      <ul class="bare lines">${data.relations.map((relation) => html`<li><span>${relation.direction === "in" ? "← " : "→ "}${relation.label} · ${t(`type.${relation.type}`)}</span> <${Count} n=${relation.count} />
        ${EXPANDABLE.has(relation.type) && html`<button type="button" class="plain" aria-label=${t("explore.expand.type", { type: t(`type.${relation.type}`) })} onClick=${() => expand(`${relation.type} ${node.id}`)}>＋</button>`}</li>`)}</ul>`}
    <h3>${t("explore.links")}</h3>
    <ul class="bare lines">${explored.edgesOf(node.id).slice(0, 60).map((edge) => {
      const other = explored.nodes.get(edge.source === node.id ? edge.target : edge.source);
      return html`<li><button type="button" class="plain" onClick=${() => { choose({ line: `${edge.source}\n${edge.target}` }); canvas.current?.go(other.id); }}><span class="soft">${said(edge, legend)}</span> <${Sign} type=${other.type} /><bdi>${other.label}</bdi></button></li>`;
    })}</ul>`;
}

function LinePanel({ line, explored, legend, choose }) {
  if (!line) return null;
  const [source, target] = [explored.nodes.get(line.source), explored.nodes.get(line.target)];
  const end = (node) => html`<button type="button" class="plain" onClick=${() => choose({ node: node.id })}><${Sign} type=${node.type} /><bdi>${node.label}</bdi></button>`;
  return html`<h2 class="ends">${end(source)} <span aria-hidden="true">→</span> ${end(target)}</h2>
    ${line.edges.map((edge) => html`<section class="card proof"><h3>${said(edge, legend)}</h3>${edge.quote ? html`<${Proof} edge=${edge} />` : html`<p class="soft">${t(edge.role_kind === "part" ? "explore.part" : "explore.noquote")}</p>`}</section>`)}`;
}

// The quotation in its sentence, with the way into the document.
function Proof({ edge }) {
  const document_ = edge.document;
  const { data } = useAnswer(document_ ? "passage" : null, { document: document_?.iri, start: edge.start, end: edge.end, lang: "" });
  const parts = data ? marked(data.text, [[edge.start - data.start, edge.end - data.start]]) : [{ text: edge.quote, marked: true }];
  return html`<blockquote class="quotation"><bdi>${parts.map((part) => (part.marked ? html`<mark>${part.text}</mark>` : part.text))}</bdi>
    ${document_ && html`<a class="source" href=${readAt(document_.iri, edge.start, edge.end)}>${document_.label} [${edge.start}, ${edge.end})</a>`}</blockquote>`;
}

show("explore", Explore);
