// The network that is explored: everything that was ever loaded, what of it is shown, and the way back and forward.
import { get } from "./api.js";

const MOST_STEPS = 100;
const MOST_NAMED = 100; // things that an address names one by one: servers refuse longer ones

export class Explored {
  constructor() {
    this.nodes = new Map(); // IRI -> node of the API
    this.edges = new Map(); // id -> edge of the API
    this.shown = new Set(); // IRIs
    this.pinned = new Set();
    this.expanded = []; // in this order: an IRI, or "type IRI" where neighbours of one type were wanted
    this.reached = new Set(); // what the start and the expansions brought: what is shown of it may be less
    this.back = [];
    this.forward = [];
    this.truncated = false;
    this.listeners = new Set();
  }

  listen(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  #changed(what) {
    for (const listener of this.listeners) listener(what);
  }

  // Every change of what is shown can be undone; loading alone shows nothing.
  #step(change) {
    if (this.shown.size) this.back.push(this.#state());
    if (this.back.length > MOST_STEPS) this.back.shift();
    this.forward = [];
    Object.assign(this, change);
    this.#changed("shown");
  }

  #state() {
    return { shown: this.shown, pinned: this.pinned, expanded: this.expanded, reached: this.reached };
  }

  // Adds what the API told. New nodes stand around `near` if they come from there, else where the server put them.
  take(found, near = null) {
    const centre = near ? this.nodes.get(near) : null;
    const fresh = found.nodes.filter((node) => !this.nodes.has(node.id));
    fresh.forEach((node, index) => {
      if (!centre) return this.nodes.set(node.id, { ...node });
      const turn = (2 * Math.PI * index) / fresh.length;
      const reach = this.reach() * (0.06 + 0.012 * Math.sqrt(fresh.length) * (1 + (index % 3)));
      return this.nodes.set(node.id, { ...node, x: centre.x + reach * Math.cos(turn), y: centre.y + reach * Math.sin(turn) });
    });
    for (const { id, degree } of found.nodes) this.nodes.get(id).degree = Math.max(this.nodes.get(id).degree, degree); // a part of the graph knows a part of the links
    for (const edge of found.edges) this.edges.set(edge.id, edge);
    return fresh.map((node) => node.id);
  }

  reach() {
    let [least, most] = [Infinity, -Infinity];
    for (const node of this.nodes.values()) [least, most] = [Math.min(least, node.x, node.y), Math.max(most, node.x, node.y)];
    return Number.isFinite(most - least) && most > least ? most - least : 1;
  }

  replace(found) {
    this.take(found);
    this.truncated = Boolean(found.truncated);
    const shown = new Set(found.nodes.map((node) => node.id));
    this.#step({ shown, reached: shown, expanded: [] });
  }

  // `wanted` is an IRI, or "type IRI": the neighbours of that type alone.
  async expand(wanted, signal = undefined) {
    const [iri, type] = wanted.split(" ").reverse();
    const found = await get("network", { around: iri, hops: 1, type: type === "measure" ? ["measure", "task"] : type }, signal);
    this.take(found, iri);
    this.truncated ||= Boolean(found.truncated);
    const more = found.nodes.map((node) => node.id);
    this.#step({ shown: new Set([...this.shown, ...more]), reached: new Set([...this.reached, ...more]), expanded: [...this.expanded.filter((one) => one !== wanted), wanted] });
  }

  // What an address says of what is shown: {without}, {only} or, where there is too much of either, nothing.
  left() {
    const without = [...this.reached].filter((iri) => !this.shown.has(iri));
    if (without.length <= MOST_NAMED) return { without };
    return this.shown.size <= MOST_NAMED ? { only: [...this.shown] } : {};
  }

  // The state that an address tells, as it was before it was sent: no step of one's own.
  restore({ without = [], only = [], pin = [] }) {
    const gone = new Set(without);
    const shown = only.length ? only.filter((iri) => this.nodes.has(iri)) : [...this.shown].filter((iri) => !gone.has(iri));
    Object.assign(this, { shown: new Set(shown), pinned: new Set(pin.filter((iri) => this.nodes.has(iri))) });
    this.#changed("shown");
  }

  // Takes away what hangs on this node alone: neighbours without another shown neighbour that are not pinned.
  collapse(iri) {
    const gone = this.neighbours(iri).filter((other) => !this.pinned.has(other) && this.neighbours(other).every((one) => one === iri));
    this.#step({ shown: new Set([...this.shown].filter((one) => !gone.includes(one))) });
  }

  hide(iri) {
    const shown = new Set(this.shown);
    shown.delete(iri);
    this.#step({ shown });
  }

  only(iris) {
    this.#step({ shown: new Set(iris) });
  }

  pin(iri) {
    const pinned = new Set(this.pinned);
    if (!pinned.delete(iri)) pinned.add(iri);
    this.#step({ pinned });
  }

  move(iri, x, y) {
    Object.assign(this.nodes.get(iri), { x, y });
  }

  undo() {
    if (!this.back.length) return;
    this.forward.push(this.#state());
    Object.assign(this, this.back.pop());
    this.#changed("shown");
  }

  redo() {
    if (!this.forward.length) return;
    this.back.push(this.#state());
    Object.assign(this, this.forward.pop());
    this.#changed("shown");
  }

  // Shown neighbours of a node.
  neighbours(iri) {
    const found = new Set();
    for (const edge of this.edgesOf(iri)) found.add(edge.source === iri ? edge.target : edge.source);
    return [...found];
  }

  edgesOf(iri) {
    return [...this.edges.values()].filter((edge) => (edge.source === iri || edge.target === iri) && this.shown.has(edge.source) && this.shown.has(edge.target));
  }

  // What is drawn: shown nodes and edges that the filter {types, roles} (sets of what is hidden) lets through. Links between the same two things are one line.
  visible({ types = new Set(), roles = new Set() } = {}) {
    const nodes = [...this.shown].map((iri) => this.nodes.get(iri)).filter((node) => node && !types.has(node.type));
    const here = new Set(nodes.map((node) => node.id));
    const lines = new Map();
    for (const edge of this.edges.values()) {
      if (!here.has(edge.source) || !here.has(edge.target) || roles.has(edge.role_kind)) continue;
      const key = `${edge.source}\n${edge.target}`;
      const line = lines.get(key);
      if (line) line.edges.push(edge);
      else lines.set(key, { key, source: edge.source, target: edge.target, edges: [edge] });
    }
    return { nodes, lines: [...lines.values()] };
  }
}
