// What a fact says beside its words, as pairs of a label and a value, in the order in which one reads it.
import { t } from "./words.js";

const ORDER = ["institution", "role", "indicator", "comparator", "value_text", "unit", "per", "baseline", "baseline_date", "due", "work", "relation", "title", "schedule_text", "start_by", "due_by", "campaign", "field", "surface", "stated_in", "plan"];
const CODED = { role: (code) => t(`role.${code}`), relation: (code) => t(`relation.${code}`) };

// `own` is the thing whose page it is: it need not be said again.
export function fieldsOf(fact, own = null) {
  return ORDER.filter((name) => ![undefined, null, "", false].includes(fact[name]) && fact[name]?.iri !== own)
    .filter((name) => !(name === "surface" && fact.institution?.label === fact.surface))
    .map((name) => ({ name, label: t(`field.${name}`), value: CODED[name]?.(fact[name]) ?? fact[name] }));
}
