// Addresses of pages, and the state of a page in its own address, so that what one sees can be sent.

const PAGE_OF = { document: "read", plan: "entity" };

// Where a card leads: documents are read, everything else has an entity page.
export function pageOf(card) {
  return `/${PAGE_OF[card.type] ?? "entity"}?iri=${encodeURIComponent(card.iri)}`;
}

export function readAt(documentIri, start, end) {
  return `/read?iri=${encodeURIComponent(documentIri)}#char=${start},${end}`;
}

export function parameters() {
  return new URLSearchParams(location.search);
}

// Writes the state into the address: lists repeat, what is empty goes. `replace` makes no step of the browser's history.
export function setParameters(state, { replace = true } = {}) {
  const query = new URLSearchParams();
  const lang = parameters().get("lang");
  if (lang) query.set("lang", lang);
  for (const [name, value] of Object.entries(state)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== "") query.append(name, one);
    }
  }
  const text = query.toString();
  const target = location.pathname + (text ? `?${text}` : "") + location.hash;
  if (target !== location.pathname + location.search + location.hash) history[replace ? "replaceState" : "pushState"](null, "", target);
}
