// The state of the data: gaps of the plans, what the shapes object to, names that were not resolved, what extraction stumbled over.
import { html } from "../vendor/preact.js";
import { readAt } from "../app/address.js";
import { Count, Failure, Thing, Waiting, useAnswer } from "../app/parts.js";
import { show } from "../app/shell.js";
import { t, tight } from "../app/words.js";

function Quality() {
  const gaps = useAnswer("overview"); // the server has them ready, before the shapes are checked
  return html`<h1>${t("quality.title")}</h1>
    <p class="lede">${t("quality.lede")}</p>
    <section aria-labelledby="gaps">
      <h2 id="gaps">${t("quality.gaps")}</h2>
      <${Failure} error=${gaps.error} again=${gaps.again} />
      ${!gaps.data && !gaps.error && html`<${Waiting} />`}
      <ul class="bare lines">${gaps.data?.quality.map((gap) => html`<li><a href=${`/ask?question=${gap.question ?? gap.id}`}>${tight(gap.label)}</a> <${Count} n=${gap.count} /></li>`)}</ul>
    </section>
    <${Checked} />`;
}

function Checked() {
  const { data, error, again } = useAnswer("quality");
  if (error) return html`<${Failure} error=${error} again=${again} />`;
  if (!data) return html`<${Waiting} what=${t("quality.waiting")} />`;
  const { shapes } = data;
  return html`<section aria-labelledby="shapes">
      <h2 id="shapes">${t("quality.shapes", { violations: shapes.violations, warnings: shapes.warnings })}</h2>
      ${!shapes.items.length && html`<p class="soft">${t("quality.conforms")}</p>`}
      <ul class="bare lines">${shapes.items.map((item) => html`<li>${item.focus?.iri ? html`<${Thing} card=${item.focus} />` : item.focus} <span class="soft">${t(`severity.${item.severity}`)}</span> ${item.message}</li>`)}</ul>
    </section>
    <section aria-labelledby="unresolved">
      <h2 id="unresolved">${t("quality.unresolved")} <${Count} n=${data.unresolved.length} /></h2>
      ${!data.unresolved.length && html`<p class="soft">${t("quality.none")}</p>`}
      <ul class="bare flow">${data.unresolved.map((card) => html`<li><${Thing} card=${card} /></li>`)}</ul>
    </section>
    <section aria-labelledby="problems">
      <h2 id="problems">${t("quality.problems")} <${Count} n=${data.problems.length} /></h2>
      ${!data.problems.length && html`<p class="soft">${t("quality.none")}</p>`}
      <ul class="bare lines">${data.problems.map((one) => html`<li>${one.document && html`<${Thing} card=${one.document} />`} ${one.message} ${one.document && one.start !== null && html`<a class="source" href=${readAt(one.document.iri, one.start, one.end)}>${t("read.there")}</a>`}</li>`)}</ul>
    </section>`;
}

show("quality", Quality);
