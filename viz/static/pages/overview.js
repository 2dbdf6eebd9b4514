// The first page: what is in the graph, a search over everything, questions to click, the latest documents, the state of the data.
import { html, useState } from "../vendor/preact.js";
import { parameters, readAt } from "../app/address.js";
import { Count, Failure, Marked, Pages, Sign, Thing, Waiting, useAnswer } from "../app/parts.js";
import { show } from "../app/shell.js";
import { count, t, tight } from "../app/words.js";

const LIMIT = 20;
const REGIONS = 12; // of which the documents are counted on the first page
const COUNTED = ["document", "plan", "measure", "goal", "target", "indicator", "institution", "responsibility", "legal-reference", "campaign", "region"]; // in this order

function Overview() {
  const words = parameters().get("q")?.trim();
  return words ? html`<${Found} words=${words} />` : html`<${Contents} />`;
}

function Contents() {
  const { data, error, again } = useAnswer("overview");
  if (error) return html`<${Failure} error=${error} again=${again} />`;
  if (!data) return html`<${Waiting} />`;
  if (!data.store.documents) {
    return html`<h1>${t("overview.none")}</h1><p class="lede">${t("overview.none.how")}</p><pre><code>zhengpu build FOLDER</code></pre>`;
  }
  return html`<h1>${t("overview.title", { documents: data.store.documents, triples: data.store.triples })}</h1>
    <p class="lede">${t("overview.lede")}</p>
    <ul class="bare counts">
      ${COUNTED.map((type) => data.counts.find((one) => one.type === type)).filter(Boolean).map(
        (one) => html`<li><a href=${`/?q=*&type=${one.type}`}><${Sign} type=${one.type} />${one.label} <${Count} n=${one.count} /></a></li>`,
      )}
    </ul>
    <div class="mosaic">
      <section aria-labelledby="questions">
        <h2 id="questions">${t("overview.questions")}</h2>
        <ul class="bare lines">
          ${data.questions.map((one) => html`<li><a href=${`/ask?question=${one.id}`}>${tight(one.sentence)}</a></li>`)}
        </ul>
        <p><a href="/ask">${t("overview.allquestions")}</a></p>
      </section>
      <section aria-labelledby="latest">
        <h2 id="latest">${t("overview.latest")}</h2>
        <ul class="bare lines">
          ${data.latest.map(
            (one) => html`<li><${Thing} card=${one} /> <span class="note">${[one.issued, one.region?.label].filter(Boolean).join(" · ")}</span></li>`,
          )}
        </ul>
      </section>
      <section aria-labelledby="regions">
        <h2 id="regions">${t("overview.regions")}</h2>
        <${Bars} rows=${data.documents_by_region.slice(0, REGIONS).map((one) => ({ label: one.region?.label ?? t("overview.noregion"), count: one.count, href: one.region && `/read?region=${encodeURIComponent(one.region.iri)}` }))} />
        ${data.documents_by_region.length > REGIONS && html`<p><a href="/ask?question=regions-and-plans&view=tiles">${t("overview.allregions", { n: data.documents_by_region.length })}</a></p>`}
      </section>
      <section aria-labelledby="years">
        <h2 id="years">${t("overview.years")}</h2>
        <${Bars} rows=${data.documents_by_year.map((one) => ({ label: String(one.year), count: one.count, href: `/read?year=${one.year}` }))} />
      </section>
      <section aria-labelledby="quality">
        <h2 id="quality">${t("overview.quality")}</h2>
        <ul class="bare lines">
          ${data.quality.map((one) => html`<li><a href=${`/ask?question=${one.question}`}>${tight(one.label)}</a> <${Count} n=${one.count} /></li>`)}
        </ul>
        <p><a href="/quality">${t("overview.allquality")}</a></p>
      </section>
    </div>`;
}

function Bars({ rows }) {
  const most = Math.max(1, ...rows.map((row) => row.count));
  return html`<dl class="bars">
    ${rows.map(
      (row) => html`<dt>${row.href ? html`<a href=${row.href}>${row.label}</a>` : row.label}</dt>
        <dd><meter min="0" max=${most} value=${row.count} aria-label=${row.label}>${row.count}</meter></dd>
        <dd class="number">${count(row.count)}</dd>`,
    )}
  </dl>`;
}

function Found({ words }) {
  const [offset, setOffset] = useState(0);
  const type = parameters().get("type");
  const isAll = words === "*"; // every thing of a type, as the counts of the first page lead here
  const year = parameters().get("year");
  const { data, error, again } = useAnswer(isAll ? "things" : "search", isAll ? { type, year, limit: LIMIT, offset } : { q: words, type, limit: LIMIT, offset });
  const title = isAll ? t(`type.${type}`) : t("search.title", { words });
  return html`<h1>${title}</h1>
    <${Failure} error=${error} again=${again} />
    ${!data && !error && html`<${Waiting} />`}
    ${data &&
    html`<p class="soft" role="status">${data.total ? t("search.count", { n: data.total }) : t("search.nothing")}</p>
      <ol class="bare lines">
        ${data.items.map((hit) => html`<li><${Hit} hit=${hit} /></li>`)}
      </ol>
      <${Pages} total=${data.total} offset=${offset} limit=${LIMIT} go=${setOffset} />`}`;
}

function Hit({ hit }) {
  const card = hit.card ?? hit;
  const place = hit.document && hit.start !== null && hit.start !== undefined;
  return html`<${Thing} card=${card} /> ${card.note && html`<span class="note">${card.note}</span>`}
    ${hit.snippet && hit.snippet !== card.label && html`<div class="snippet"><bdi><${Marked} text=${hit.snippet} spans=${hit.highlights} /></bdi></div>`}
    ${place && html` <a class="source" href=${readAt(hit.document.iri, hit.start, hit.end)}>${t("read.there")}</a>`}`;
}

show("overview", Overview);
