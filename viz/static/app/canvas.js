// Drawing a network with sigma: signs by type, lines by role, labels that stay readable, light programs where WebGL is done in software.
import { EdgeLineProgram, EdgeRectangleProgram, Graph, Sigma, toBlob } from "../vendor/graph.js";
import { Labels } from "./labels.js";
import { ShapeProgram } from "./shapes.js";

const MANY = 20_000; // nodes; above this the light programs are quicker on any machine
const MANY_LIGHT = 1_000; // the same without a GPU: lines are left out while the camera moves
const PALETTE = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c7a00", "#5b6168", "#7a3b78", "#00664b"];

const NAMES = ["ink", "paper", "raised", "line", "soft", "accent"]; // variables of app.css
const KIND = { "legal-reference": "work", document: "plan", target: "indicator" }; // types that look like another in the legend
const TYPES = ["institution", "measure", "task", "indicator", "plan", "work", "campaign", "other"];

// No GPU: sigma's own defaults take 55 s for a drag over 10,000 nodes, the light programs 2.8 s.
function isSoftware() {
  const context = document.createElement("canvas").getContext("webgl2");
  if (!context) return true;
  const named = context.getExtension("WEBGL_debug_renderer_info");
  const renderer = String(named ? context.getParameter(named.UNMASKED_RENDERER_WEBGL) : context.getParameter(context.RENDERER));
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return /swiftshader|llvmpipe|basic render|software/i.test(renderer);
}

function colours() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries([...NAMES, ...TYPES].map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

export class Canvas {
  // `on`: {node(iri), line(key), ground(), moved(iri, x, y), open(iri)}. `looks`: the legend, {node: {type: {colour}}, edge: {role: {…}}}.
  constructor(element, looks, by, on) {
    this.looks = looks;
    this.by = by; // {colour: type or community, size: degree, centrality or same}
    this.chosen = null; // an IRI, or the key of a line
    this.graph = new Graph({ multi: true, type: "directed" });
    this.theme = colours();
    this.labels = new Labels(this.theme);
    const light = isSoftware();
    const settings = {
      allowInvalidContainer: true,
      defaultNodeType: "shape",
      nodeProgramClasses: { shape: ShapeProgram },
      defaultEdgeType: light ? "line" : "rectangle",
      edgeProgramClasses: { line: EdgeLineProgram, rectangle: EdgeRectangleProgram },
      enableEdgeEvents: true,
      labelRenderedSizeThreshold: 5,
      labelDensity: 0.6,
      labelGridCellSize: 110,
      labelFont: '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
      labelSize: 13,
      defaultDrawNodeLabel: (context, data, options) => this.labels.add(context, data, options),
      defaultDrawNodeHover: (context, data, options) => this.labels.hover(context, data, options, this.sigma.getDimensions().width),
      zIndex: true,
      minCameraRatio: 0.02,
      maxCameraRatio: 4,
      nodeReducer: (iri, data) => this.#node(iri, data),
      edgeReducer: (key, data) => this.#edge(key, data),
    };
    this.sigma = new Sigma(this.graph, element, settings);
    this.sigma.on("beforeRender", () => this.labels.begin());
    this.sigma.on("afterRender", () => this.labels.draw(this.sigma.getDimensions().width));
    this.light = light;
    this.#listen(on);
    document.addEventListener("themechange", () => this.retheme());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.retheme());
  }

  #listen(on) {
    let dragged = null;
    let moved = false;
    this.sigma.on("downNode", ({ node }) => {
      dragged = node;
      moved = false;
      if (!this.sigma.getCustomBBox()) this.sigma.setCustomBBox(this.sigma.getBBox());
    });
    this.sigma.on("moveBody", ({ event }) => {
      if (!dragged) return;
      moved = true;
      const place = this.sigma.viewportToGraph(event);
      this.graph.mergeNodeAttributes(dragged, place);
      on.moved(dragged, place.x, place.y);
      event.preventSigmaDefault();
      event.original.preventDefault();
      event.original.stopPropagation();
    });
    const drop = () => {
      dragged = null;
    };
    this.sigma.on("upNode", drop);
    this.sigma.on("upStage", drop);
    this.sigma.on("clickNode", ({ node }) => !moved && on.node(node));
    this.sigma.on("doubleClickNode", ({ node, event }) => {
      event.preventSigmaDefault();
      on.open(node);
    });
    this.sigma.on("clickEdge", ({ edge }) => on.line(edge));
    this.sigma.on("clickStage", () => on.ground());
  }

  #node(iri, data) {
    const near = !this.chosen || iri === this.chosen || this.#beside(iri);
    const isEnd = iri === this.chosen || (this.graph.hasEdge(this.chosen) && near); // of the line that is chosen, both
    return { ...data, color: near ? data.color : this.theme.line, label: near ? data.label : "", highlighted: iri === this.chosen, forceLabel: data.pinned || isEnd, zIndex: near ? 1 : 0 };
  }

  #beside(iri) {
    if (this.graph.hasNode(this.chosen)) return this.graph.areNeighbors(this.chosen, iri);
    return this.graph.hasEdge(this.chosen) && this.graph.extremities(this.chosen).includes(iri);
  }

  #edge(key, data) {
    const near = !this.chosen || key === this.chosen || (this.graph.hasNode(this.chosen) && this.graph.hasExtremity(key, this.chosen));
    return { ...data, color: key === this.chosen ? this.theme.accent : near ? data.color : this.theme.line, size: key === this.chosen ? data.size + 2 : data.size, hidden: false };
  }

  #look(node) {
    const type = KIND[node.type] ?? (this.looks.node[node.type] ? node.type : "other");
    const color = this.by.colour === "community" && node.community !== undefined && node.community !== null ? PALETTE[node.community % PALETTE.length] : this.theme[type];
    const weight = this.by.size === "centrality" ? (node.centrality ?? 0) * 400 : (node.degree ?? 1);
    return { color, shape: this.looks.node[type].shape, path: this.looks.node[type].path, size: this.by.size === "same" ? 6 : Math.min(4 + 1.6 * Math.sqrt(weight), 22) };
  }

  #line(line) {
    const role = line.edges[0].role_kind;
    const look = this.looks.edge[role] ?? this.looks.edge.other;
    return { color: role === "lead" ? this.theme.task : this.theme.soft, size: Math.min(look.width * 0.6 + 0.3 * (line.edges.length - 1), 5), edges: line.edges };
  }

  // Draws {nodes, lines}; what stays keeps its place, the camera stays. A new graph each time: sigma goes over the whole of one for each node that leaves it.
  draw({ nodes, lines }, pinned) {
    const graph = new Graph({ multi: true, type: "directed" });
    for (const node of nodes) graph.addNode(node.id, { x: node.x, y: node.y, label: node.label, kind: node.type, pinned: pinned.has(node.id), node, ...this.#look(node) });
    for (const line of lines) graph.addEdgeWithKey(line.key, line.source, line.target, this.#line(line));
    if (!graph.hasNode(this.chosen) && !graph.hasEdge(this.chosen)) this.chosen = null;
    this.graph = graph;
    this.sigma.setGraph(graph);
    this.sigma.setSetting("labelDensity", nodes.length > 2000 ? 0.25 : 0.6);
    this.sigma.setSetting("hideEdgesOnMove", nodes.length > (this.light ? MANY_LIGHT : MANY));
  }

  show(by) {
    this.by = by;
    this.graph.updateEachNodeAttributes((_, data) => ({ ...data, ...this.#look(data.node) }));
  }

  choose(what) {
    this.chosen = what;
    this.sigma.refresh({ skipIndexation: true });
  }

  // Moves the camera to a node.
  go(iri) {
    const place = this.sigma.getNodeDisplayData(iri);
    if (place) this.#moved(this.sigma.getCamera().animate({ x: place.x, y: place.y, ratio: Math.min(this.sigma.getCamera().ratio, 0.5) }, { duration: 300 }));
  }

  whole() {
    this.sigma.setCustomBBox(null);
    this.sigma.refresh();
    this.#moved(this.sigma.getCamera().animatedReset({ duration: 200 }));
  }

  // The last frame of a movement is drawn without lines where those are left out: it is drawn once more.
  async #moved(animation) {
    await animation;
    requestAnimationFrame(() => this.sigma.refresh({ skipIndexation: true }));
  }

  retheme() {
    this.theme = colours();
    this.labels.theme = this.theme;
    this.show(this.by);
    this.graph.updateEachEdgeAttributes((key, data) => ({ ...data, ...this.#line({ edges: data.edges }) }));
    this.sigma.refresh();
  }

  png() {
    return toBlob(this.sigma, { format: "png", backgroundColor: this.theme.paper });
  }

  // The same picture as a drawing that can be edited: shapes, lines and labels as they are shown now.
  svg() {
    const { width, height } = this.sigma.getDimensions();
    const escaped = (text) => text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);
    const place = (iri) => this.sigma.framedGraphToViewport(this.sigma.getNodeDisplayData(iri));
    const parts = [];
    this.graph.forEachEdge((key, data, source, target) => {
      const [from, to] = [place(source), place(target)];
      parts.push(`<line x1="${from.x.toFixed(1)}" y1="${from.y.toFixed(1)}" x2="${to.x.toFixed(1)}" y2="${to.y.toFixed(1)}" stroke="${data.color}" stroke-width="${data.size}"/>`);
    });
    this.graph.forEachNode((iri, data) => {
      const { x, y } = place(iri);
      const size = this.sigma.scaleSize(data.size);
      const shape = `<path d="${data.path}" transform="translate(${(x - size).toFixed(1)} ${(y - size).toFixed(1)}) scale(${(size / 8).toFixed(3)})" fill="${data.color}"><title>${escaped(data.label)}</title></path>`;
      parts.push(shape);
    });
    for (const { x, y, text } of this.labels.drawn.values()) parts.push(`<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="13" fill="${this.theme.ink}">${escaped(text)}</text>`);
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif"><rect width="100%" height="100%" fill="${this.theme.paper}"/>${parts.join("")}</svg>`;
  }
}
