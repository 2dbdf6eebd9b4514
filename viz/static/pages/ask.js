// Asking: a question of the library with its blanks filled by searching, or one's own SPARQL; the answer as table or picture, and the query that ran.
import { html, useEffect, useMemo, useRef, useState } from "../vendor/preact.js";
import { address, get, ApiError } from "../app/api.js";
import { parameters, setParameters } from "../app/address.js";
import { axes, chart, numberOf, outline, views } from "../app/charts.js";
import { Combobox } from "../app/combobox.js";
import { editor } from "../app/editor.js";
import { csv, save } from "../app/files.js";
import { keep, kept } from "../app/kept.js";
import { Failure, Table, Waiting, useAnswer } from "../app/parts.js";
import { show } from "../app/shell.js";
import { Tiles } from "../app/tiles.js";
import { language, t, tight } from "../app/words.js";

const HISTORY = 30;
const ENTITIES = new Set(["institution", "plan", "document", "region", "indicator", "measure", "work", "concept"]);

function Ask() {
  const library = useAnswer("questions");
  const asked = parameters();
  const [id, setId] = useState(asked.get("question"));
  const [own, setOwn] = useState(asked.get("query") !== null && !asked.get("question"));
  const question = library.data?.find((one) => one.id === id) ?? null;
  const choose = (chosen) => {
    setOwn(false);
    setId(chosen);
    setParameters({ question: chosen }, { replace: false });
  };
  useEffect(() => {
    const back = () => {
      setId(parameters().get("question"));
      setOwn(parameters().get("query") !== null && !parameters().get("question"));
    };
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, []);
  if (library.error) return html`<${Failure} error=${library.error} again=${library.again} />`;
  if (!library.data) return html`<${Waiting} />`;
  return html`<div class="asking">
    <${Library} questions=${library.data} chosen=${own ? null : id} choose=${choose} own=${() => setOwn(true)} isOwn=${own} />
    <div>
      ${own ? html`<${Own} />` : question ? html`<${Library.Question} key=${question.id} question=${question} />` : html`<${Welcome} />`}
    </div>
  </div>`;
}

// Where nothing is chosen yet: ten questions with their blanks filled.
function Welcome() {
  const { data } = useAnswer("overview");
  return html`<h1>${t("ask.title")}</h1><p class="lede">${t("ask.lede")}</p>
    ${data && html`<ul class="bare lines">${data.questions.map((one) => html`<li><a href=${`/ask?question=${one.id}`}>${tight(one.sentence)}</a></li>`)}</ul>`}`;
}

// The question with the names of its blanks: 哪些措施由〔机构〕牵头？
function spoken(question) {
  return tight(question.question[language].replace(/\{(\w+)\}/g, (_, name) => {
    const label = question.parameters.find((one) => one.name === name)?.label ?? name;
    return language === "en" ? `[${label}]` : `〔${label}〕`;
  }));
}

function Library({ questions, chosen, choose, own, isOwn }) {
  const [words, setWords] = useState("");
  const found = questions.filter((one) => `${spoken(one)} ${one.id}`.toLowerCase().includes(words.trim().toLowerCase()));
  const groups = Map.groupBy(found, (one) => one.group.id);
  return html`<nav class="library" aria-label=${t("ask.library")}>
    <input type="search" aria-label=${t("ask.filter")} placeholder=${t("ask.filter")} value=${words} onInput=${(event) => setWords(event.target.value)} />
    <p><button type="button" aria-pressed=${isOwn} onClick=${own}>${t("ask.own")}</button></p>
    ${[...groups].map(
      ([group, inside]) => html`<h2 key=${group}>${inside[0].group.label}</h2>
        <ul class="bare">
          ${inside.map((one) => html`<li><a href=${`/ask?question=${one.id}`} aria-current=${one.id === chosen ? "true" : undefined} onClick=${(event) => { event.preventDefault(); choose(one.id); }}>${spoken(one)}</a></li>`)}
        </ul>`,
    )}
    ${!found.length && html`<p class="soft">${t("empty")}</p>`}
  </nav>`;
}

// The values of the blanks: what the address says, else the default, else the example of a blank that must be filled.
function initial(question) {
  const asked = parameters();
  return Object.fromEntries(question.parameters.map((one) => [one.name, asked.get(one.name) ?? one.default ?? (one.optional ? "" : one.example)]));
}

Library.Question = function Question({ question }) {
  const [values, setValues] = useState(() => initial(question));
  const [asked, setAsked] = useState(values);
  const { data, error, again } = useAnswer(`questions/${question.id}`, asked);
  const ask = (next) => {
    setAsked({ ...next });
    setParameters({ question: question.id, ...next, view: parameters().get("view") });
  };
  const put = (name, value) => {
    const next = { ...values, [name]: value };
    setValues(next);
    return next;
  };
  const candidates = error instanceof ApiError ? error.problem.candidates : null;
  return html`<h1>${data ? tight(data.sentence) : spoken(question)}</h1>
    ${question.parameters.length > 0 &&
    html`<form class="blanks" onSubmit=${(event) => { event.preventDefault(); ask(values); }}>
      ${question.parameters.map((one) => html`<${Blank} key=${one.name} parameter=${one} value=${data?.parameters?.[one.name]?.label ?? values[one.name]} put=${(value) => put(one.name, value)} ask=${(value) => ask(put(one.name, value))} />`)}
      <button class="main" type="submit">${t("ask.ask")}</button>
    </form>`}
    ${error && html`<${Failure} error=${candidates ? new Error(error.message) : error} again=${again} />`}
    ${candidates && html`<p>${t("ask.which")}</p><ul class="bare lines">${candidates.map((card) => html`<li><button type="button" onClick=${() => ask(put(error.problem.parameter ?? question.parameters[0].name, card.iri))}>${card.label}</button> <span class="note">${card.note}</span></li>`)}</ul>`}
    ${!data && !error && html`<${Waiting} />`}
    ${data && html`<${Answer} answer=${data} name=${question.id} download=${(format) => address(`questions/${question.id}`, { ...asked, format })} network=${{ question: question.id, ...asked }} />`}`;
};

function Blank({ parameter, value, put, ask }) {
  const label = parameter.label + (parameter.optional ? t("ask.optional") : "");
  const type = parameter.type === "number" ? "number" : "text";
  return html`<label class="blank"><span>${label}</span>
    ${ENTITIES.has(parameter.type)
      ? html`<${Combobox} label=${label} name=${parameter.name} kind=${parameter.type === "concept" ? `concept:${parameter.scheme ?? ""}` : parameter.type} initial=${value ?? ""} placeholder=${parameter.example} choose=${(card) => ask(card.iri)} enter=${(text) => ask(text)} />`
      : html`<input type=${type} step="any" name=${parameter.name} value=${value ?? ""} placeholder=${parameter.type === "date" ? "2024-12" : parameter.example} onInput=${(event) => put(event.target.value)} />`}
  </label>`;
}

// An answer: {columns, rows, total, sparql, milliseconds, view}, as table or picture.
function Answer({ answer, name, download = null, network = null }) {
  const able = useMemo(() => views(answer), [answer]);
  const [view, setView] = useState(parameters().get("view") ?? "table");
  const [words, setWords] = useState("");
  const narrowed = useMemo(() => (words.trim() ? { ...answer, rows: answer.rows.filter((row) => row.some((cell) => cell?.text.includes(words.trim()))) } : answer), [answer, words]);
  const isDrawn = able.includes(view) && !["tree", "tiles"].includes(view) && narrowed.rows.length > 0;
  const turn = (next) => {
    setView(next);
    setParameters({ ...Object.fromEntries(parameters()), view: next === "table" ? "" : next });
  };
  const [copied, setCopied] = useState(false);
  const drawn = useRef(null);
  useEffect(() => {
    if (!isDrawn) return undefined;
    let gone = false;
    let away = () => {};
    const draw = () => chart(drawn.current, view, narrowed).then((clear) => (gone ? clear() : (away = clear)));
    draw();
    const again = () => (away(), draw());
    document.addEventListener("themechange", again);
    return () => {
      gone = true;
      document.removeEventListener("themechange", again);
      away();
    };
  }, [view, narrowed]);
  const columns = answer.columns.map((column, index) => ({
    label: column.label,
    numeric: column.kind === "number",
    look: column.kind === "date" ? "date" : "",
    value: (row) => row[index]?.value ?? row[index]?.text,
    cell: (row) => cellOf(row[index]),
  }));
  const cellOf = (cell) => (cell?.iri ? html`<a href=${`/entity?iri=${encodeURIComponent(cell.iri)}`} title=${cell.iri}><bdi>${cell.text}</bdi></a>` : html`<bdi>${cell?.text ?? ""}</bdi>`);
  const plain = () => csv(answer.columns.map((column) => column.label), narrowed.rows.map((row) => row.map((cell) => cell?.text ?? "")));
  const copy = async () => {
    await navigator.clipboard.writeText(plain().slice(1).replaceAll(",", "\t"));
    setCopied(true);
  };
  return html`<div class="bar" role="toolbar" aria-label=${t("ask.views")}>
      ${["table", ...able].map((one) => html`<button type="button" aria-pressed=${view === one} onClick=${() => turn(one)}>${t(`view.${one}`)}</button>`)}
      ${network && answer.rows.length > 0 && html`<a href=${`/explore?${new URLSearchParams(network)}`}>${t("view.network")}</a>`}
      <span class="soft" role="status">${t("ask.count", { n: answer.total ?? answer.rows.length, ms: Math.round(answer.milliseconds ?? 0) })}</span>
      <button type="button" onClick=${copy}>${copied ? t("ask.copied") : t("ask.copy")}</button>
      ${download ? html`<a href=${download("csv")} download=${`${name}.csv`}>CSV</a> <a href=${download("xlsx")} download=${`${name}.xlsx`}>XLSX</a>` : html`<button type="button" onClick=${() => save(`${name}.csv`, plain(), "text/csv;charset=utf-8")}>CSV</button>`}
    </div>
    ${answer.rows.length < (answer.total ?? 0) && html`<p class="note">${t("ask.part", { n: answer.rows.length })}</p>`}
    ${answer.rows.length > 8 && html`<p><input type="search" class="narrow" aria-label=${t("ask.narrow")} placeholder=${t("ask.narrow")} value=${words} onInput=${(event) => setWords(event.target.value)} /></p>`}
    ${isDrawn
      ? html`<div class="chart" ref=${drawn} key=${view}></div>`
      : view === "tree" && able.includes("tree")
        ? html`<ol class="bare tree">${outline(narrowed).map(({ level, cell }) => html`<li data-level=${level}>${cellOf(cell)}</li>`)}</ol>`
        : view === "tiles" && able.includes("tiles")
          ? html`<${Tiles} answer=${narrowed} at=${axes("tiles", answer)} numberOf=${numberOf} />`
          : html`<${Table} caption=${t("ask.answer")} columns=${columns} rows=${narrowed.rows} />`}
    ${answer.sparql && html`<details class="sparql"><summary>${t("ask.sparql")}</summary><pre tabindex="0"><code>${answer.sparql}</code></pre>
      <p><a href=${`/ask?query=${encodeURIComponent(answer.sparql)}`}>${t("ask.edit")}</a></p></details>`}`;
}

const FIRST = `SELECT ?title ?body
WHERE {
  ?measure dcterms:title ?title ;
           zp:responsibleBody/skos:prefLabel ?body .
}
LIMIT 100
`;

function Own() {
  const place = useRef(null);
  const box = useRef(null);
  const stop = useRef(null);
  const [state, setState] = useState({ answer: null, error: null, running: false });
  const [past, setPast] = useState(() => kept("queries", []));
  const [saved, setSaved] = useState(() => kept("saved", []));

  const run = async () => {
    const sparql = box.current.text.trim();
    if (!sparql) return;
    stop.current?.abort();
    stop.current = new AbortController();
    setParameters({ query: sparql });
    setState({ answer: null, error: null, running: true });
    const began = performance.now();
    try {
      const answer = await asked(sparql, stop.current.signal);
      setState({ answer: { ...answer, milliseconds: performance.now() - began }, error: null, running: false });
      const queries = [sparql, ...past.filter((one) => one !== sparql)].slice(0, HISTORY);
      keep("queries", queries);
      setPast(queries);
    } catch (error) {
      setState({ answer: null, error: error.name === "AbortError" ? new Error(t("ask.cancelled")) : error, running: false });
    }
  };
  useEffect(() => {
    box.current = editor(place.current, { text: parameters().get("query") || FIRST, run: () => run(), label: t("ask.editor") });
    if (parameters().get("query")) run();
    return () => box.current.destroy();
  }, []);
  const saveIt = () => {
    const queries = [box.current.text.trim(), ...saved.filter((one) => one !== box.current.text.trim())];
    keep("saved", queries);
    setSaved(queries);
  };
  const chosen = (event) => {
    if (event.target.value) box.current.set(event.target.value);
    event.target.value = "";
  };
  const lists = [["ask.saved", saved], ["ask.past", past]].filter(([, queries]) => queries.length);
  return html`<h1>${t("ask.own")}</h1>
    <div ref=${place}></div>
    <div class="bar under">
      ${state.running ? html`<button type="button" onClick=${() => stop.current.abort()}>${t("ask.cancel")}</button>` : html`<button class="main" type="button" onClick=${run}>${t("ask.run")}</button>`}
      <button type="button" onClick=${saveIt}>${t("ask.save")}</button>
      ${lists.map(([label, queries]) => html`<select aria-label=${t(label)} onChange=${chosen}><option value="">${t(label)}</option>${queries.map((one) => html`<option value=${one}>${one.replace(/\s+/g, " ").slice(0, 80)}</option>`)}</select>`)}
    </div>
    <${Failure} error=${state.error} />
    ${state.running && html`<${Waiting} />`}
    ${state.answer?.columns && html`<${Answer} answer=${state.answer} name="query" />`}
    ${state.answer?.text !== undefined && html`<pre tabindex="0"><code>${state.answer.text}</code></pre>`}`;
}

// Asks the endpoint itself, as any client would; graphs come as Turtle.
async function asked(sparql, signal) {
  const accept = "application/sparql-results+json, text/turtle;q=0.9";
  const response = await fetch("/sparql", { method: "POST", body: sparql, signal, headers: { "content-type": "application/sparql-query", accept } });
  const type = response.headers.get("content-type") ?? "";
  const body = await response.text();
  if (!response.ok) {
    let problem = null;
    try {
      problem = JSON.parse(body);
    } catch {
      problem = { title: body.slice(0, 500) };
    }
    throw new ApiError(response.status, problem);
  }
  if (!type.includes("json")) return { text: body };
  let found;
  try {
    found = JSON.parse(body);
  } catch {
    throw new Error(t("error.cut"));
  }
  if (typeof found.boolean === "boolean") return { text: found.boolean ? t("yes") : t("no") };
  const names = found.head.vars;
  const cellOf = (term) => (term ? { text: term.value, ...(term.type === "uri" ? { iri: term.value, text: short(term.value) } : {}) } : { text: "" });
  return { columns: names.map((name) => ({ name, label: `?${name}`, kind: "text" })), rows: found.results.bindings.map((row) => names.map((name) => cellOf(row[name]))), view: "table" };
}

function short(iri) {
  try {
    return decodeURIComponent(iri.replace(/^.*[/#](?=[^/#]+$)/, ""));
  } catch {
    return iri;
  }
}

show("ask", Ask);
