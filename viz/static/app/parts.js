// The small parts that pages share: links, quotations, tables, waiting and failing.
import { html, useEffect, useState } from "../vendor/preact.js";
import { ApiError, get } from "./api.js";
import { pageOf, readAt } from "./address.js";
import { marked } from "./spans.js";
import { count, t } from "./words.js";

// A thing by its name, with the sign of its type: colour is never the only sign.
export function Thing({ card, plain = false }) {
  if (!card) return html`<span class="soft">—</span>`;
  const label = card.label || card.iri;
  return html`<a class="thing" data-type=${card.type} href=${pageOf(card)} title=${card.iri}
    >${plain ? null : html`<${Sign} type=${card.type} />`}<bdi>${label}</bdi></a
  >`;
}

export function Sign({ type }) {
  return html`<span class="sign" data-type=${type} role="img" aria-label=${t(`type.${type}`)} title=${t(`type.${type}`)}></span>`;
}

// The words that prove a fact, with the way to where they stand.
export function Quotation({ fact, inDocument = true }) {
  if (!fact.quote) return null;
  const place = fact.document && fact.start !== undefined && fact.start !== null;
  return html`<blockquote class="quotation">
    <bdi>${fact.quote}</bdi>
    ${inDocument && place && html`<a class="source" href=${readAt(fact.document.iri, fact.start, fact.end)}>${fact.document.label} [${fact.start}, ${fact.end})</a>`}
  </blockquote>`;
}

export function Marked({ text, spans = [] }) {
  return marked(text ?? "", spans).map((part) => (part.marked ? html`<mark>${part.text}</mark>` : part.text));
}

export function Waiting({ what = t("waiting") }) {
  const [shown, show] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => show(true), 150); // quick answers bring no flicker
    return () => clearTimeout(timer);
  }, []);
  return html`<p class="waiting" role="status" aria-live="polite">${shown ? what : ""}</p>`;
}

export function Failure({ error, again }) {
  if (!error) return null;
  return html`<div class="failure" role="alert">
    <p>${error.message}</p>
    ${error instanceof ApiError && error.problem.candidates && html`<ul>${error.problem.candidates.map((card) => html`<li><${Thing} card=${card} /></li>`)}</ul>`}
    ${again && html`<button type="button" onClick=${again}>${t("again")}</button>`}
  </div>`;
}

// The answer of a call: {data, error, again}. A newer call stops the older one.
export function useAnswer(path, parameters = {}) {
  const key = path === null ? null : JSON.stringify([path, parameters]);
  const [state, setState] = useState({ key: null, data: null, error: null });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (key === null) return undefined;
    const stop = new AbortController();
    get(path, parameters, stop.signal).then(
      (data) => setState({ key, data, error: null }),
      (error) => error.name !== "AbortError" && setState({ key, data: null, error }),
    );
    return () => stop.abort();
  }, [key, turn]);
  const fresh = state.key === key;
  return { data: fresh ? state.data : null, error: fresh ? state.error : null, again: () => setTurn(turn + 1) };
}

// The name of a thing of which the address knows the IRI alone.
export function useLabel(iri) {
  const { data } = useAnswer(iri ? "entity" : null, { iri, limit: 1 });
  return data?.label ?? "";
}

// A table with sortable heads. `columns`: {name, label, numeric, look ("wide", "date"), cell(row), value(row)}.
export function Table({ columns, rows, caption, empty = t("empty") }) {
  const [order, setOrder] = useState(null); // {index, up}
  const valueOf = (row, index) => (columns[index].value ? columns[index].value(row) : row[columns[index].name]);
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const compare = (one, other) => {
    if (one === null || one === undefined || one === "") return 1; // what is missing stands last
    if (other === null || other === undefined || other === "") return -1;
    return typeof one === "number" && typeof other === "number" ? one - other : collator.compare(String(one), String(other));
  };
  const sorted = order ? [...rows].sort((a, b) => (order.up ? 1 : -1) * compare(valueOf(a, order.index), valueOf(b, order.index))) : rows;
  if (!rows.length) return html`<p class="soft">${empty}</p>`;
  const sort = (index) => setOrder(order?.index === index && !order.up ? null : { index, up: order?.index !== index });
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}>
    <table>
      ${caption && html`<caption class="sr-only">${caption}</caption>`}
      <thead>
        <tr>
          ${columns.map(
            (column, index) => html`<th scope="col" class=${column.numeric ? "number" : ""} aria-sort=${order?.index === index ? (order.up ? "ascending" : "descending") : "none"}>
              <button type="button" class="plain" onClick=${() => sort(index)}>${column.label}</button>
            </th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${sorted.map((row) => html`<tr>${columns.map((column) => html`<td class=${column.numeric ? "number" : (column.look ?? "")}>${column.cell ? column.cell(row) : row[column.name]}</td>`)}</tr>`)}
      </tbody>
    </table>
  </div>`;
}

export function Pages({ total, offset, limit, go }) {
  if (total <= limit) return null;
  return html`<nav class="pages" aria-label=${t("pages")}>
    <button type="button" disabled=${offset <= 0} onClick=${() => go(Math.max(0, offset - limit))}>${t("previous")}</button>
    <span>${t("range", { from: offset + 1, to: Math.min(offset + limit, total), total })}</span>
    <button type="button" disabled=${offset + limit >= total} onClick=${() => go(offset + limit)}>${t("next")}</button>
  </nav>`;
}

export function Count({ n }) {
  return html`<span class="figure">${n === null || n === undefined ? "…" : count(n)}</span>`;
}
