"use strict";
// The behaviour of the network page. Text from documents is shown through textContent only: it is never markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const legend = data.legend;
  const nodes = new vis.DataSet(data.nodes);
  const edges = new vis.DataSet(data.edges);
  const network = new vis.Network(document.getElementById("network"), { nodes, edges }, data.options);
  const search = document.getElementById("search");
  const results = document.getElementById("results");
  const detail = document.getElementById("detail");
  const hint = [...detail.childNodes];
  const linksOf = new Map(data.nodes.map((node) => [node.id, []]));
  for (const edge of data.edges) {
    linksOf.get(edge.from).push(edge);
    if (edge.to !== edge.from) linksOf.get(edge.to).push(edge);
  }

  // An element with a class, text and children.
  function element(name, className = "", text = "", ...children) {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    made.append(...children);
    return made;
  }

  // A Chinese word with its English beside it.
  function bilingual(name, className, entry) {
    const english = element("span", "", ` ${entry.en}`);
    english.lang = "en";
    const made = element(name, className, entry.zh);
    made.append(english);
    return made;
  }

  // Text from a document, kept apart from the direction of what stands around it.
  function quoted(name, text) {
    const made = element(name, "", text);
    made.dir = "auto";
    return made;
  }

  function choice(text, entry, act) {
    const button = element("button", "choice");
    button.type = "button";
    if (entry) button.append(bilingual("span", "role", entry), " ");
    button.append(quoted("bdi", text));
    button.addEventListener("click", act);
    return button;
  }

  function showNode(id) {
    const node = nodes.get(id);
    const facts = element("dl");
    for (const [name, value] of node.facts) facts.append(element("dt", "", name), quoted("dd", value));
    const links = linksOf.get(id).map((edge) => {
      const other = nodes.get(edge.from === id ? edge.to : edge.from);
      return choice(other.name, legend.edge[edge.role], () => select({ edge: edge.id }));
    });
    detail.replaceChildren(
      quoted("h2", node.name),
      bilingual("p", "kind", legend.node[node.kind]),
      facts,
      bilingual("h3", "", { zh: `联系 ${links.length}`, en: "links" }),
      ...links,
      bilingual("h3", "", { zh: "标识", en: "IRI" }),
      quoted("p", node.iri),
    );
    detail.lastChild.className = "iri";
  }

  function showEdge(id) {
    const edge = edges.get(id);
    const parts = [edge.from, edge.to].map((end) => choice(nodes.get(end).name, legend.node[nodes.get(end).kind], () => select({ node: end })));
    for (const fact of edge.facts) {
      parts.push(bilingual("h3", "role", legend.edge[fact.role]));
      if (fact.detail) parts.push(quoted("p", fact.detail));
      if (fact.quote) parts.push(quoted("blockquote", fact.quote));
      if (fact.document) {
        const source = element("p", "from", "出处 ");
        source.append(quoted("bdi", fact.document));
        parts.push(source);
      }
    }
    detail.replaceChildren(...parts);
  }

  function select({ node, edge }) {
    if (node !== undefined) {
      network.selectNodes([node]);
      network.focus(node, { scale: Math.max(network.getScale(), 0.9), animation: false });
      showNode(node);
    } else {
      network.selectEdges([edge]);
      showEdge(edge);
    }
  }

  function find() {
    const wanted = search.value.trim().toLowerCase();
    const found = wanted ? data.nodes.filter((node) => node.name.toLowerCase().includes(wanted)) : [];
    const shown = found.slice(0, 30).map((node) => choice(node.name, legend.node[node.kind], () => select({ node: node.id })));
    if (wanted) shown.unshift(bilingual("h3", "", { zh: `找到 ${found.length}`, en: "found" }));
    results.replaceChildren(...shown);
    return found;
  }

  function reset() {
    search.value = "";
    results.replaceChildren();
    detail.replaceChildren(...hint);
    network.unselectAll();
    network.fit({ animation: false });
  }

  // The canvas knows no style sheet: it takes its colours from the page.
  function paint() {
    const style = getComputedStyle(document.body);
    network.setOptions({
      nodes: { font: { color: style.color, strokeColor: style.backgroundColor } },
      edges: { color: { color: style.color, highlight: style.color, hover: style.color, opacity: 0.55, inherit: false } },
    });
  }

  network.on("click", (event) => {
    if (event.nodes.length) showNode(event.nodes[0]);
    else if (event.edges.length) showEdge(event.edges[0]);
  });
  search.addEventListener("input", find);
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const first = find()[0];
    if (first) select({ node: first.id });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== search) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape") reset();
  });
  for (const box of document.querySelectorAll("[data-kind]")) {
    box.addEventListener("change", () => {
      nodes.update(data.nodes.filter((node) => node.kind === box.dataset.kind).map((node) => ({ id: node.id, hidden: !box.checked })));
    });
  }
  for (const box of document.querySelectorAll("[data-role]")) {
    box.addEventListener("change", () => {
      edges.update(data.edges.filter((edge) => edge.role === box.dataset.role).map((edge) => ({ id: edge.id, hidden: !box.checked })));
    });
  }
  document.getElementById("fit").addEventListener("click", () => network.fit({ animation: false }));
  const name = document.querySelector("h1").textContent.replace(/[\\/:*?"<>|\s]+/g, " ").trim().slice(0, 60) || "network";
  document.getElementById("png").addEventListener("click", () => picture.png(name));
  document.getElementById("svg").addEventListener("click", () => picture.svg(name, network, nodes, edges, legend));
  document.getElementById("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const systemDark = matchMedia("(prefers-color-scheme: dark)").matches;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : systemDark;
    root.dataset.theme = dark ? "light" : "dark";
    paint();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  paint();
  network.once("stabilizationIterationsDone", () => network.setOptions({ physics: { enabled: false } }));
})();
