// Reading a document: its outline, its text with every fact marked, and the facts of the passage that is chosen.
import { html, useEffect, useMemo, useRef, useState } from "../vendor/preact.js";
import { parameters, setParameters } from "../app/address.js";
import { Combobox } from "../app/combobox.js";
import { fieldsOf } from "../app/facts.js";
import { Failure, Pages, Quotation, Table, Thing, Waiting, useAnswer, useLabel } from "../app/parts.js";
import { lines } from "../app/segments.js";
import { blocks, cuts } from "../app/tables.js";
import { show } from "../app/shell.js";
import { t } from "../app/words.js";

const LIMIT = 50;
const LONGEST_HEADING = 40; // characters; in a longer line the text follows its heading

function Read() {
  const iri = parameters().get("iri");
  return iri ? html`<${Reading} iri=${iri} />` : html`<${Shelf} />`;
}

function Shelf() {
  const asked = parameters();
  const [offset, setOffset] = useState(0);
  const [words, setWords] = useState(asked.get("q") ?? "");
  const [within, setWithin] = useState({ region: asked.get("region") ?? "", year: asked.get("year") ?? "" });
  const region = useLabel(within.region);
  const { data, error, again } = useAnswer("documents", { q: words, ...within, limit: LIMIT, offset });
  const columns = [
    { name: "label", label: t("type.document"), cell: (row) => html`<${Thing} card=${row} />`, value: (row) => row.label, look: "wide" },
    { name: "issuer", label: t("read.issuer"), cell: (row) => row.issuer && html`<${Thing} card=${row.issuer} plain />`, value: (row) => row.issuer?.label },
    { name: "region", label: t("type.region"), cell: (row) => row.region?.label, value: (row) => row.region?.label },
    { name: "issued", label: t("read.issued"), look: "date" },
    { name: "measures", label: t("type.measure"), numeric: true },
    { name: "targets", label: t("type.target"), numeric: true },
  ];
  const narrow = (q, next = within) => {
    setWords(q);
    setWithin(next);
    setOffset(0);
    setParameters({ q, ...next });
  };
  return html`<h1>${t("read.shelf")}</h1>
    <div class="bar filters"><input type="search" class="narrow" aria-label=${t("read.narrow")} placeholder=${t("read.narrow")} value=${words} onInput=${(event) => narrow(event.target.value)} />
      <label class="blank"><span class="soft">${t("type.region")}</span><${Combobox} label=${t("type.region")} kind="region" initial=${region} choose=${(card) => narrow(words, { ...within, region: card.iri })} /></label>
      <label class="blank"><span class="soft">${t("explore.year")}</span><input type="number" min="1949" max="2100" value=${within.year} onChange=${(event) => narrow(words, { ...within, year: event.target.value })} /></label>
      ${(within.region || within.year) && html`<button type="button" onClick=${() => narrow(words, { region: "", year: "" })}>${t("explore.widen")}</button>`}
    </div>
    <${Failure} error=${error} again=${again} />
    ${!data && !error && html`<${Waiting} />`}
    ${data && html`<${Table} caption=${t("read.shelf")} columns=${columns} rows=${data.items} /><${Pages} total=${data.total} offset=${offset} limit=${LIMIT} go=${setOffset} />`}`;
}

function Reading({ iri }) {
  const { data, error, again } = useAnswer("document", { iri });
  const legend = useAnswer("legend");
  if (error) return html`<${Failure} error=${error} again=${again} />`;
  if (!data || !legend.data) return html`<${Waiting} />`;
  return html`<${Text} found=${data} kinds=${legend.data.fact} />`;
}

function Text({ found, kinds }) {
  const present = useMemo(() => Object.keys(kinds).filter((kind) => found.facts.some((fact) => fact.kind === kind)), [found, kinds]);
  const [hidden, setHidden] = useState(() => new Set());
  const [chosen, setChosen] = useState(null); // {start, end} of the passage
  const [withRemoved, setWithRemoved] = useState(false);
  const article = useRef(null);
  const parts = useMemo(() => blocks(lines(found.text, found.facts, cuts(found.tables)), found.tables), [found]);
  const here = useFragment();
  const titles = useMemo(() => new Map(found.outline.map((section) => [section.start, section])), [found]);

  useEffect(() => {
    document.title = `${found.label} · ${t("brand")}`;
  }, [found]);
  useEffect(() => {
    if (here) {
      setChosen(here);
      article.current?.querySelector(".here")?.scrollIntoView({ block: "center" });
    }
  }, [here?.start, here?.end]);

  const shownKinds = (segment) => [...new Set(segment.facts.map((index) => found.facts[index].kind))].filter((kind) => !hidden.has(kind));
  const passage = chosen ? found.facts.filter((fact) => fact.start < chosen.end && fact.end > chosen.start && !hidden.has(fact.kind)) : [];
  const toggle = (kind) => {
    const next = new Set(hidden);
    if (!next.delete(kind)) next.add(kind);
    setHidden(next);
  };
  const segmentOf = (segment) => {
    const shown = shownKinds(segment);
    const isHere = here && segment.start < here.end && segment.end > here.start;
    if (!shown.length && !isHere) return segment.text;
    const classes = `fact ${isHere ? "here" : ""}`;
    return html`<span class=${classes} data-kinds=${shown.join(" ")} data-start=${segment.start} onClick=${() => setChosen({ start: segment.start, end: segment.end })}>${segment.text}</span>`;
  };
  const removedAt = (row) => (withRemoved ? (found.removed ?? []).filter((one) => one.position >= row.start && one.position <= row.end) : []);
  const isChosen = (row) => chosen && row.start < chosen.end && row.end > chosen.start;

  return html`<div class="reading">
    <nav class="outline" aria-label=${t("read.outline")}>
      <h2>${t("read.outline")}</h2>
      <ol class="bare">
        ${found.outline.map((section) => html`<li data-level=${section.level}><a href=${`#char=${section.start},${section.end}`}>${section.label ?? ""} ${section.title ?? ""}</a></li>`)}
      </ol>
    </nav>
    <article ref=${article} aria-labelledby="title">
      <h1 id="title">${found.label}</h1>
      <dl class="metadata">${(found.metadata ?? []).map((one) => html`<div><dt>${one.label}</dt><dd>${typeof one.value === "object" ? html`<${Thing} card=${one.value} plain />` : one.value}</dd></div>`)}</dl>
      <div class="bar legend" role="group" aria-label=${t("read.kinds")}>
        ${present.map(
          (kind) => html`<button type="button" aria-pressed=${!hidden.has(kind)} data-kind=${kind} onClick=${() => toggle(kind)}>
            <span class="fact" data-kinds=${kind}>${kinds[kind].label}</span> ${found.facts.filter((fact) => fact.kind === kind).length}
          </button>`,
        )}
        ${found.removed?.length > 0 && html`<button type="button" aria-pressed=${withRemoved} onClick=${() => setWithRemoved(!withRemoved)}>${t("read.removed", { n: found.removed.length })}</button>`}
      </div>
      <div class="text" lang="zh-CN">
        ${parts.map((row) =>
          row.rows
            ? html`<${Table_} table=${row} segmentOf=${segmentOf} isChosen=${isChosen} />${removedAt(row).map((one) => html`<del title=${one.why}>${one.text}</del>`)}`
            : html`<p class=${`${titles.has(row.start) && row.end - row.start <= LONGEST_HEADING ? "heading" : ""} ${isChosen(row) ? "chosen" : ""}`} data-level=${titles.get(row.start)?.level}>
            ${row.segments.map(segmentOf)}
            ${removedAt(row).map((one) => html`<del title=${one.why}>${one.text}</del>`)}
          </p>`,
        )}
      </div>
    </article>
    <aside aria-live="polite" aria-label=${t("read.facts")}>
      <h2>${t("read.facts")}</h2>
      ${!chosen && html`<p class="soft">${t("read.choose")}</p>`}
      ${chosen && !passage.length && html`<p class="soft">${t("read.nofacts")}</p>`}
      ${passage.map((fact) => html`<${Fact} fact=${fact} kinds=${kinds} />`)}
    </aside>
  </div>`;
}

function Table_({ table, segmentOf, isChosen }) {
  const cellOf = (row) => (cell) => html`<${row.isHead ? "th" : "td"} scope=${row.isHead ? "col" : undefined} rowspan=${cell.row_span} colspan=${cell.column_span} class=${isChosen(cell) ? "chosen" : ""}>${cell.segments.map(segmentOf)}<//>`;
  const rowOf = (row) => html`<tr>${row.cells.map(cellOf(row))}</tr>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t("read.table")}><table>
    <thead>${table.rows.filter((row) => row.isHead).map(rowOf)}</thead><tbody>${table.rows.filter((row) => !row.isHead).map(rowOf)}</tbody>
  </table></div>`;
}

// One fact: what kind it is, the things it ties, its values and its words.
function Fact({ fact, kinds }) {
  return html`<section class="card">
    <h3><span class="fact" data-kinds=${fact.kind}>${kinds[fact.kind]?.label ?? fact.kind}</span></h3>
    <dl class="fields">
      ${fieldsOf(fact).map(({ label, value }) => html`<div><dt>${label}</dt><dd>${value?.iri ? html`<${Thing} card=${value} />` : String(value)}</dd></div>`)}
    </dl>
    <${Quotation} fact=${fact} inDocument=${false} />
    <a class="source" href=${`#char=${fact.start},${fact.end}`}>[${fact.start}, ${fact.end})</a>
  </section>`;
}

// #char=120,148: the place in the text that the address names (RFC 5147 counts characters in the same way).
function useFragment() {
  const read = () => {
    const match = /^#char=(\d+),(\d+)$/.exec(location.hash);
    return match ? { start: Number(match[1]), end: Math.max(Number(match[2]), Number(match[1]) + 1) } : null;
  };
  const [place, setPlace] = useState(read);
  useEffect(() => {
    const changed = () => setPlace(read());
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return place;
}

show("read", Read);
