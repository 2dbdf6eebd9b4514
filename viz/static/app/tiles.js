// An answer by regions as tiles: the provinces where they lie in China, one tile each, and the places of each province as a plain grid.
import { html } from "../vendor/preact.js";
import { Failure, Waiting, useAnswer } from "./parts.js";
import { count, t } from "./words.js";

const CODE_RE = /\/region\/(\d{6})$/;
const PROVINCE_RE = /^\d\d0000$/;
const [SIDE, GAP] = [66, 4]; // of a tile of the map, in its own units
const STEPS = 5; // of colour

// The rows of an answer by place: [{code, iri, label, value}], in the order of codes; what is no division of China has no code. `at`: {region, value}.
function places(rows, at, numberOf) {
  const found = new Map();
  for (const row of rows) {
    const cell = row[at.region];
    if (!cell?.text) continue;
    const known = found.get(cell.text) ?? { code: CODE_RE.exec(cell.iri ?? "")?.[1] ?? "", iri: cell.iri, label: cell.text, value: 0 };
    found.set(cell.text, { ...known, value: known.value + (numberOf(row[at.value]) ?? 0) });
  }
  return [...found.values()].sort((one, other) => one.code.localeCompare(other.code));
}

const heat = (value, most) => (value ? Math.ceil((STEPS * value) / most) : 0);

export function Tiles({ answer, at, numberOf }) {
  const legend = useAnswer("legend");
  if (legend.error) return html`<${Failure} error=${legend.error} again=${legend.again} />`;
  if (!legend.data) return html`<${Waiting} />`;
  const every = places(answer.rows, at, numberOf);
  const most = Math.max(1, ...every.map((place) => place.value));
  const groups = Map.groupBy(every, (place) => place.code.slice(0, 2));
  const provinces = Object.entries(legend.data.province).map(([code, province]) => ({ ...province, code, places: groups.get(code) ?? [] }));
  const others = every.filter((place) => !provinces.some((province) => place.code.startsWith(province.code)));
  const named = answer.columns[at.value].label;
  return html`<div class="tiles">
    ${groups.size > 1 && html`<${China} provinces=${provinces} named=${named} />`}
    ${[...provinces, { code: "", label: t("tiles.others"), places: others }].filter((one) => one.places.length).map((province) => html`<section key=${province.code} id=${`tiles-${province.code}`}>
      <h2>${province.label} <span class="note">${named} ${count(total(province.places))}</span></h2>
      <ul class="bare">${province.places.map((place) => html`<li><a class="heat" data-heat=${heat(place.value, most)} href=${`/entity?iri=${encodeURIComponent(place.iri ?? "")}`} title=${place.label}>
        <bdi>${PROVINCE_RE.test(place.code) ? place.label : within(place.label, every, place.code)}</bdi><b>${count(place.value)}</b></a></li>`)}</ul>
    </section>`)}
  </div>`;
}

const total = (those) => those.reduce((sum, place) => sum + place.value, 0);

// The name of a place without that of its province, where all of the province's begin alike.
function within(label, every, code) {
  const beside = every.filter((place) => place.code.startsWith(code.slice(0, 2)) && place.code !== code).map((place) => place.label);
  let shared = 0;
  while (beside.length && shared < label.length - 2 && beside.every((other) => other.slice(0, shared + 1) === label.slice(0, shared + 1))) shared++;
  return label.slice(shared);
}

function China({ provinces, named }) {
  const most = Math.max(1, ...provinces.map((province) => total(province.places)));
  const [width, height] = [9, 7].map((n) => n * (SIDE + GAP));
  return html`<svg class="china" viewBox=${`0 0 ${width} ${height}`} role="group" aria-label=${t("tiles.china", { what: named })}>
    ${provinces.map(({ code, label, column, row, places: those }) => {
      const value = total(those);
      const tile = html`<g transform=${`translate(${column * (SIDE + GAP)} ${row * (SIDE + GAP)})`}>
        <title>${`${label} ${count(value)}`}</title>
        <rect class="heat" data-heat=${heat(value, most)} width=${SIDE} height=${SIDE} rx="5" />
        <text x=${SIDE / 2} y=${SIDE * 0.42} text-anchor="middle" class=${label.length > 9 ? "longest" : label.length > 6 ? "long" : ""} data-empty=${value ? undefined : true}>${label}</text>
        ${value > 0 && html`<text x=${SIDE / 2} y=${SIDE * 0.75} text-anchor="middle" class="figure">${count(value)}</text>`}
      </g>`;
      return value ? html`<a href=${`#tiles-${code}`} aria-label=${`${label} ${count(value)}`}>${tile}</a>` : tile;
    })}
  </svg>`;
}
