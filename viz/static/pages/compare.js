// Plans beside each other: what each promises of an indicator, who has which duty, which themes, which measures resemble each other, which works both cite.
import { html, useState } from "../vendor/preact.js";
import { parameters, readAt, setParameters } from "../app/address.js";
import { Combobox } from "../app/combobox.js";
import { Failure, Marked, Thing, Waiting, useAnswer, useLabel } from "../app/parts.js";
import { show } from "../app/shell.js";
import { count, t } from "../app/words.js";

const TABS = ["indicators", "responsibilities", "themes", "similar", "references"];

function Compare() {
  const asked = parameters();
  const [plans, setPlans] = useState(asked.getAll("plan"));
  const [regions, setRegions] = useState(asked.getAll("region"));
  const [tab, setTab] = useState(TABS.includes(asked.get("tab")) ? asked.get("tab") : TABS[0]);
  const [all, setAll] = useState(false);
  const write = (next) => setParameters({ plan: plans, region: regions, tab, ...next });
  const change = (nextPlans, nextRegions) => {
    setPlans(nextPlans);
    setRegions(nextRegions);
    write({ plan: nextPlans, region: nextRegions });
  };
  const some = plans.length + regions.length > 0;
  const { data, error, again } = useAnswer(some ? "compare" : null, { plan: plans, region: regions });
  const offers = useAnswer(some ? null : "things", { type: "plan", limit: 12 });
  const add = (card) => (card.type === "region" ? change(plans, [...new Set([...regions, card.iri])]) : change([...new Set([...plans, card.iri])], regions));
  return html`<h1>${t("compare.title")}</h1>
    <div class="bar filters">
      ${["plan", "region"].map((kind) => html`<label class="blank"><span class="soft">${t(`compare.add.${kind}`)}</span><${Combobox} label=${t(`compare.add.${kind}`)} kind=${kind} clear choose=${add} /></label>`)}
    </div>
    ${!some && html`<p class="lede">${t("compare.lede")}</p>${offers.data && html`<ul class="bare lines">${offers.data.items.map((card) => html`<li><button type="button" class="plain" onClick=${() => add(card)}>＋ ${card.label}</button> <span class="note">${card.note}</span></li>`)}</ul>`}`}
    <${Failure} error=${error} again=${again} />
    ${some && !data && !error && html`<${Waiting} />`}
    ${data &&
    html`<ul class="bare chosen">
        ${data.plans.map((card, index) => html`<li><b>${letter(index)}</b> <${Thing} card=${card} /> <span class="note">${card.note}</span>${plans.includes(card.iri) && html`<button type="button" class="plain" aria-label=${t("compare.remove", { name: card.label })} onClick=${() => change(plans.filter((iri) => iri !== card.iri), regions)}>×</button>`}</li>`)}
        ${regions.map((iri) => html`<${Region} key=${iri} iri=${iri} remove=${() => change(plans, regions.filter((one) => one !== iri))} />`)}
      </ul>
      ${data.truncated && html`<p class="soft">${t("compare.truncated")}</p>`}
      <div class="bar"><div class="tabs" role="tablist" aria-label=${t("compare.title")}>
        ${TABS.map((one) => html`<button type="button" role="tab" id=${`tab-${one}`} aria-selected=${tab === one} aria-controls="panel" tabindex=${tab === one ? 0 : -1} onClick=${() => { setTab(one); write({ tab: one }); }} onKeyDown=${(event) => move(event, one, setTab)}>${t(`compare.${one}`)}</button>`)}</div>
        ${["indicators", "references"].includes(tab) && data.plans.length > 1 && html`<label><input type="checkbox" checked=${all} onChange=${() => setAll(!all)} />${t("compare.all")}</label>`}
      </div>
      <div role="tabpanel" id="panel" aria-labelledby=${`tab-${tab}`}>${PANELS[tab]({ data, all: all || data.plans.length < 2 })}</div>`}`;
}

function Region({ iri, remove }) {
  const label = useLabel(iri);
  return html`<li><${Thing} card=${{ iri, type: "region", label }} /><button type="button" class="plain" aria-label=${t("compare.remove", { name: label })} onClick=${remove}>×</button></li>`;
}

function move(event, one, setTab) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const next = TABS[(TABS.indexOf(one) + step + TABS.length) % TABS.length];
  setTab(next);
  requestAnimationFrame(() => document.getElementById(`tab-${next}`)?.focus());
}

const letter = (index) => String.fromCharCode(65 + index);
const SIGNS = { ">=": "≥", "<=": "≤", ">": ">", "<": "<", "=": "", "~": "≈", rank: "№ " };

const PANELS = { indicators: Indicators, responsibilities: Responsibilities, themes: Themes, similar: Similar, references: References };

function Indicators({ data, all }) {
  const rows = data.indicators.filter((row) => all || row.cells.filter((cell) => cell.length).length > 1);
  if (!rows.length) return html`<p class="soft">${t("compare.noshared")}</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t("compare.indicators")}><table>
    <thead><tr><th scope="col">${t("type.indicator")}</th>${data.plans.map((plan, index) => html`<th scope="col" title=${plan.label}>${letter(index)}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => {
      const most = Math.max(...row.cells.flat().flatMap((one) => [Number(one.value), Number(one.baseline)]).filter(Number.isFinite), 0);
      return html`<tr><th scope="row"><${Thing} card=${row.indicator} /></th>${row.cells.map((cell) => html`<td>${cell.map((one) => html`<${Promise_} one=${one} most=${most} />`)}</td>`)}</tr>`;
    })}</tbody></table></div>`;
}

// A promise: from its baseline to its value as a bar, on the scale of the indicator, and by when.
function Promise_({ one, most }) {
  const value = one.value === null ? null : Number(one.value);
  const base = one.baseline === null || one.baseline === undefined ? null : Number(one.baseline);
  const share = (number) => (most > 0 ? (100 * Math.max(0, number)) / most : 0);
  return html`<div class="promise">
    <a href=${readAt(one.document.iri, one.start, one.end)} title=${one.quote}>${base !== null && html`<span class="soft">${one.baseline}${one.baseline_date && ` (${one.baseline_date})`} → </span>`}${SIGNS[one.comparator] ?? ""}${one.value ?? one.value_text}${one.unit ?? ""}${one.per && `/${one.per}`}</a>
    ${value !== null && html`<svg class="scale" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect width="100" height="6" class="ground" /><rect width=${share(value)} height="6" class="value" />${base !== null && html`<rect width=${share(base)} height="6" class="base" />`}</svg>`}
    <span class="note">${one.due}</span>
  </div>`;
}

function Responsibilities({ data }) {
  const { bodies, measures: every } = data.responsibilities;
  const measures = every.filter((row) => row.cells.some(Boolean)); // who is in charge of nothing else is a question of its own
  if (!measures.length) return html`<p class="soft">${t("empty")}</p>`;
  return html`<p class="soft">${t("compare.letters")}</p><div class="scroll tall" tabindex="0" role="region" aria-label=${t("compare.responsibilities")}><table class="matrix">
    <thead><tr><th scope="col">${t("type.measure")}</th>${bodies.map((body) => html`<th scope="col" class="upright"><span><${Thing} card=${body} plain /></span></th>`)}</tr></thead>
    <tbody>${measures.map((row) => html`<tr><th scope="row"><span class="soft">${letter(data.plans.findIndex((plan) => plan.iri === row.plan))}</span> <${Thing} card=${row.measure} plain /></th>${row.cells.map((cell) => html`<td class="duty" data-duty=${cell.slice(0, 1)}>${cell}</td>`)}</tr>`)}</tbody>
  </table></div>`;
}

function Themes({ data }) {
  const most = Math.max(1, ...data.themes.flatMap((row) => row.counts));
  if (!data.themes.length) return html`<p class="soft">${t("empty")}</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t("compare.themes")}><table class="matrix">
    <thead><tr><th scope="col">${t("compare.theme")}</th>${data.plans.map((plan, index) => html`<th scope="col" title=${plan.label}>${letter(index)}</th>`)}</tr></thead>
    <tbody>${data.themes.map((row) => html`<tr><th scope="row"><${Thing} card=${row.theme} plain /></th>${row.counts.map((n) => html`<td class="heat" data-heat=${n ? Math.ceil((5 * n) / most) : 0}>${n ? count(n) : ""}</td>`)}</tr>`)}</tbody>
  </table></div>`;
}

function Similar({ data }) {
  if (!data.similar.length) return html`<p class="soft">${t("compare.nosimilar")}</p>`;
  return html`<ol class="bare">${data.similar.map(
    (pair) => html`<li class="card pair"><p class="note">${t("compare.score", { score: pair.score.toFixed(2) })}</p>
      ${["left", "right"].map((side, index) => html`<div><${Thing} card=${pair[side]} /><p class="text"><${Marked} text=${pair[`${side}_text`]} spans=${pair.shared.map((one) => one.slice(2 * index, 2 * index + 2))} /></p></div>`)}
    </li>`,
  )}</ol>`;
}

function References({ data, all }) {
  const rows = data.references.filter((row) => all || row.plans.filter(Boolean).length > 1);
  if (!rows.length) return html`<p class="soft">${t("compare.noshared")}</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t("compare.references")}><table>
    <thead><tr><th scope="col">${t("type.legal-reference")}</th>${data.plans.map((plan, index) => html`<th scope="col" title=${plan.label}>${letter(index)}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr><th scope="row"><${Thing} card=${row.work} /></th>${row.plans.map((has) => html`<td>${has ? html`<span aria-label=${t("yes")}>●</span>` : ""}</td>`)}</tr>`)}</tbody>
  </table></div>`;
}

show("compare", Compare);
