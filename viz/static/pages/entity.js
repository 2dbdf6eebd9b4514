// One thing: its names and properties, the facts about it with their words, and what it is linked with, counted by kind and opened when wanted.
import { html, useState } from "../vendor/preact.js";
import { parameters } from "../app/address.js";
import { Count, Failure, Pages, Quotation, Sign, Thing, Waiting, useAnswer } from "../app/parts.js";
import { show } from "../app/shell.js";
import { fieldsOf } from "../app/facts.js";
import { t } from "../app/words.js";

const FACTS = 50;
const NEIGHBOURS = 50;

// The page answers /id/… too, where the address is the IRI's own.
function iriHere() {
  return parameters().get("iri") ?? document.documentElement.dataset.iri ?? "";
}

function Entity() {
  const iri = iriHere();
  const [offset, setOffset] = useState(0);
  const { data, error, again } = useAnswer(iri ? "entity" : null, { iri, limit: FACTS, offset });
  if (!iri) return html`<h1>${t("page.entity")}</h1><p class="lede">${t("entity.none")}</p>`;
  if (error) return html`<${Failure} error=${error} again=${again} />`;
  if (!data) return html`<${Waiting} />`;
  document.title = `${data.label} · ${t("brand")}`;
  return html`<p class="soft"><${Sign} type=${data.type} />${data.types.join(" · ")}</p>
    <h1><bdi>${data.label}</bdi></h1>
    <p class="note iri"><bdi>${data.iri}</bdi></p>
    <p class="bar"><a href=${`/explore?around=${encodeURIComponent(data.iri)}`}>${t("entity.explore")}</a>
      ${data.type === "document" && html`<a href=${`/read?iri=${encodeURIComponent(data.iri)}`}>${t("page.read")}</a>`}
      ${data.type === "plan" && html`<a href=${`/compare?plan=${encodeURIComponent(data.iri)}`}>${t("page.compare")}</a> <a href=${`/schedule?plan=${encodeURIComponent(data.iri)}`}>${t("page.schedule")}</a>`}
      ${data.type === "institution" && html`<a href=${`/schedule?institution=${encodeURIComponent(data.iri)}`}>${t("page.schedule")}</a>`}
      ${["ttl", "jsonld"].map((format) => html`<a href=${`/api/export?${new URLSearchParams({ iri: data.iri, format })}`}>${format === "ttl" ? "Turtle" : "JSON-LD"}</a>`)}
    </p>
    <div class="columns entity">
      <section aria-labelledby="said">
        <h2 id="said">${t("entity.said")}</h2>
        ${data.alt_labels.length > 0 && html`<p>${t("entity.names")}<bdi>${data.alt_labels.join("、")}</bdi></p>`}
        <dl class="fields">
          ${data.properties.map((property) => html`<div><dt title=${property.property}>${property.label}</dt><dd><${Values} property=${property} /></dd></div>`)}
        </dl>
        <h2>${t("entity.links")}</h2>
        ${!data.relations.length && html`<p class="soft">${t("empty")}</p>`}
        ${data.relations.map((relation) => html`<${Relation} key=${`${relation.direction} ${relation.property} ${relation.type}`} iri=${data.iri} relation=${relation} />`)}
      </section>
      <section aria-labelledby="facts">
        <h2 id="facts">${t("entity.facts")} <${Count} n=${data.facts.total} /></h2>
        ${!data.facts.total && html`<p class="soft">${t("entity.nofacts")}</p>`}
        ${data.facts.items.map((fact) => html`<${Fact} fact=${fact} own=${data.iri} />`)}
        <${Pages} total=${data.facts.total} offset=${offset} limit=${FACTS} go=${setOffset} />
      </section>
    </div>`;
}

function Values({ property }) {
  const shown = property.values.map((value) => (value.iri ? html`<${Thing} card=${value} />` : html`<bdi class="literal">${value.value}</bdi>`));
  const rest = property.total - property.values.length;
  return html`${shown.map((value) => html`<span class="several">${value}</span>`)}${rest > 0 && html`<span class="note">${t("entity.rest", { n: rest })}</span>`}`;
}

function Fact({ fact, own }) {
  return html`<article class="card">
    <p class="factline"><span class="kind">${t(`type.${fact.kind}`)}</span>
      ${fieldsOf(fact, own).map(({ label, value }) => html`<span class="pair"><span class="soft">${label}</span> ${value?.iri ? html`<${Thing} card=${value} />` : html`<bdi>${String(value)}</bdi>`}</span>`)}
    </p>
    <${Quotation} fact=${fact} />
  </article>`;
}

function Relation({ iri, relation }) {
  const [open, setOpen] = useState(false);
  const [offset, setOffset] = useState(0);
  const parametersOf = { iri, relation: relation.property, direction: relation.direction, type: relation.type, limit: NEIGHBOURS, offset };
  const { data, error, again } = useAnswer(open ? "neighbours" : null, parametersOf);
  return html`<details onToggle=${(event) => setOpen(event.target.open)}>
    <summary>${relation.direction === "in" ? "← " : "→ "}${relation.label} · ${t(`type.${relation.type}`)} <${Count} n=${relation.count} /></summary>
    <${Failure} error=${error} again=${again} />
    ${open && !data && !error && html`<${Waiting} />`}
    ${data && html`<ul class="bare lines">${data.items.map((one) => html`<li><${Thing} card=${one.card ?? one} /> <span class="note">${(one.card ?? one).note}</span></li>`)}</ul><${Pages} total=${data.total} offset=${offset} limit=${NEIGHBOURS} go=${setOffset} />`}
  </details>`;
}

show("entity", Entity);
