// Drawing a network with sigma: signs by type, lines by role, labels that stay readable, light programs where WebGL is done in software.
import { EdgeLineProgram, EdgeRectangleProgram, Graph, NodeCircleProgram, NodePointProgram, Sigma, drawDiscNodeLabel, toBlob } from "../vendor/graph.js";

const MANY = 20_000; // nodes; above this the light programs are quicker on any machine
const MANY_LIGHT = 1_000; // the same without a GPU: lines are left out while the camera moves
const PALETTE = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c7a00", "#5b6168", "#7a3b78", "#00664b"];

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
  return Object.fromEntries(["ink", "paper", "raised", "line", "soft", "accent"].map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

export class Canvas {
  // `on`: {node(iri), line(key), ground(), moved(iri, x, y), open(iri)}. `looks`: the legend, {node: {type: {colour}}, edge: {role: {…}}}.
  constructor(element, looks, on) {
    this.looks = looks;
    this.by = { colour: "type", size: "degree" };
    this.chosen = null; // an IRI, or the key of a line
    this.graph = new Graph({ multi: true, type: "directed" });
    this.theme = colours();
    const light = isSoftware();
    const settings = {
      allowInvalidContainer: true,
      defaultNodeType: light ? "point" : "circle",
      nodeProgramClasses: { point: NodePointProgram, circle: NodeCircleProgram },
      defaultEdgeType: light ? "line" : "rectangle",
      edgeProgramClasses: { line: EdgeLineProgram, rectangle: EdgeRectangleProgram },
      enableEdgeEvents: true,
      labelRenderedSizeThreshold: 5,
      labelDensity: 0.6,
      labelGridCellSize: 110,
      labelFont: '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
      labelSize: 13,
      labelColor: { color: this.theme.ink },
      defaultDrawNodeHover: (context, data, options) => this.#hover(context, data, options),
      zIndex: true,
      minCameraRatio: 0.02,
      maxCameraRatio: 4,
      nodeReducer: (iri, data) => this.#node(iri, data),
      edgeReducer: (key, data) => this.#edge(key, data),
    };
    this.sigma = new Sigma(this.graph, element, settings);
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
    return { ...data, color: near ? data.color : this.theme.line, label: near ? data.label : "", highlighted: iri === this.chosen, forceLabel: data.pinned || iri === this.chosen, zIndex: near ? 1 : 0 };
  }

  #beside(iri) {
    if (this.graph.hasNode(this.chosen)) return this.graph.areNeighbors(this.chosen, iri);
    return this.graph.hasEdge(this.chosen) && this.graph.extremities(this.chosen).includes(iri);
  }

  #edge(key, data) {
    const near = !this.chosen || key === this.chosen || (this.graph.hasNode(this.chosen) && this.graph.hasExtremity(key, this.chosen));
    return { ...data, color: key === this.chosen ? this.theme.accent : near ? data.color : this.theme.line, size: key === this.chosen ? data.size + 2 : data.size, hidden: false };
  }

  #hover(context, data, options) {
    context.font = `${options.labelSize}px ${options.labelFont}`;
    const width = context.measureText(data.label ?? "").width + 14;
    context.fillStyle = this.theme.raised;
    context.strokeStyle = this.theme.accent;
    context.beginPath();
    context.roundRect(data.x - data.size - 3, data.y - 13, width + 2 * data.size, 26, 5);
    context.fill();
    context.stroke();
    context.fillStyle = data.color;
    context.beginPath();
    context.arc(data.x, data.y, data.size, 0, 2 * Math.PI);
    context.fill();
    drawDiscNodeLabel(context, data, options);
  }

  #look(node) {
    const byType = this.looks.node[node.type] ?? this.looks.node[{ "legal-reference": "work" }[node.type]] ?? this.looks.node.other;
    const color = this.by.colour === "community" && node.community !== undefined && node.community !== null ? PALETTE[node.community % PALETTE.length] : byType.colour;
    const weight = this.by.size === "centrality" ? (node.centrality ?? 0) * 400 : (node.degree ?? 1);
    return { color, size: this.by.size === "same" ? 6 : Math.min(4 + 1.6 * Math.sqrt(weight), 22) };
  }

  #line(line) {
    const role = line.edges[0].role_kind ?? line.edges[0].role;
    const look = this.looks.edge[role] ?? this.looks.edge.other;
    return { color: role === "lead" ? this.looks.node.task.colour : this.theme.soft, size: Math.min(look.width * 0.6 + 0.3 * (line.edges.length - 1), 5), edges: line.edges };
  }

  // Draws {nodes, lines}; what stays keeps its place, the camera stays.
  draw({ nodes, lines }, pinned) {
    const here = new Set(nodes.map((node) => node.id));
    const keys = new Set(lines.map((line) => line.key));
    for (const iri of this.graph.nodes()) if (!here.has(iri)) this.graph.dropNode(iri);
    for (const key of this.graph.edges()) if (!keys.has(key)) this.graph.dropEdge(key);
    for (const node of nodes) this.graph.mergeNode(node.id, { x: node.x, y: node.y, label: node.label, kind: node.type, pinned: pinned.has(node.id), node, ...this.#look(node) });
    for (const line of lines) {
      if (this.graph.hasEdge(line.key)) this.graph.mergeEdgeAttributes(line.key, this.#line(line));
      else this.graph.addEdgeWithKey(line.key, line.source, line.target, this.#line(line));
    }
    this.sigma.setSetting("labelDensity", nodes.length > 2000 ? 0.25 : 0.6);
    this.sigma.setSetting("hideEdgesOnMove", nodes.length > (this.light ? MANY_LIGHT : MANY));
    if (!nodes.some((node) => node.id === this.chosen) && !keys.has(this.chosen)) this.chosen = null;
    this.sigma.refresh();
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
    this.sigma.setSetting("labelColor", { color: this.theme.ink });
    this.graph.updateEachEdgeAttributes((key, data) => ({ ...data, ...this.#line({ edges: data.edges }) }));
    this.sigma.refresh();
  }

  png() {
    return toBlob(this.sigma, { format: "png", backgroundColor: this.theme.paper });
  }

  // The same picture as a drawing that can be edited: circles, lines and texts as sigma shows them now.
  svg() {
    const { width, height } = this.sigma.getDimensions();
    const escaped = (text) => text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);
    const place = (iri) => this.sigma.framedGraphToViewport(this.sigma.getNodeDisplayData(iri));
    const parts = [];
    this.graph.forEachEdge((key, data, source, target) => {
      const [from, to] = [place(source), place(target)];
      parts.push(`<line x1="${from.x.toFixed(1)}" y1="${from.y.toFixed(1)}" x2="${to.x.toFixed(1)}" y2="${to.y.toFixed(1)}" stroke="${data.color}" stroke-width="${data.size}"/>`);
    });
    const labels = this.sigma.getNodeDisplayedLabels();
    this.graph.forEachNode((iri, data) => {
      const { x, y } = place(iri);
      const size = this.sigma.scaleSize(data.size);
      parts.push(`<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${size.toFixed(1)}" fill="${data.color}"><title>${escaped(data.label)}</title></circle>`);
      if (labels.has(iri)) parts.push(`<text x="${(x + size + 3).toFixed(1)}" y="${(y + 4).toFixed(1)}" font-size="13" fill="${this.theme.ink}">${escaped(data.label)}</text>`);
    });
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif"><rect width="100%" height="100%" fill="${this.theme.paper}"/>${parts.join("")}</svg>`;
  }
}
