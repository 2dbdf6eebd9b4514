// The network as a picture to keep: what the canvas shows as PNG, all that is not hidden as SVG. Text becomes text nodes, never markup.
const picture = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const LINE = 18; // pixels between the lines of a label

  function save(blob, name) {
    const link = document.createElement("a");
    link.download = name;
    link.href = URL.createObjectURL(blob);
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  function made(name, attributes, text = "") {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.textContent = text;
    return element;
  }

  // The canvas on the colour of the page: alone it has no ground.
  function png(name) {
    const shown = document.querySelector("#network canvas");
    const copy = document.createElement("canvas");
    copy.width = shown.width;
    copy.height = shown.height;
    const brush = copy.getContext("2d");
    brush.fillStyle = getComputedStyle(document.body).backgroundColor;
    brush.fillRect(0, 0, copy.width, copy.height);
    brush.drawImage(shown, 0, 0);
    copy.toBlob((blob) => save(blob, `${name}.png`), "image/png");
  }

  function svg(name, network, nodes, edges, legend) {
    const style = getComputedStyle(document.body);
    const places = network.getPositions();
    const kept = nodes.get({ filter: (node) => !node.hidden });
    const known = new Set(kept.map((node) => node.id));
    const xs = kept.map((node) => places[node.id].x);
    const ys = kept.map((node) => places[node.id].y);
    const least = (values) => values.reduce((a, b) => Math.min(a, b), Infinity); // Math.min(...values) fails on a hundred thousand
    const most = (values) => values.reduce((a, b) => Math.max(a, b), -Infinity);
    const [left, top] = kept.length ? [least(xs) - 120, least(ys) - 60] : [0, 0];
    const [width, height] = kept.length ? [most(xs) - left + 120, most(ys) - top + 100] : [1, 1];
    const root = made("svg", { xmlns: SVG, viewBox: `${left} ${top} ${width} ${height}`, width, height, "font-family": style.fontFamily });
    root.append(made("title", {}, name), made("rect", { x: left, y: top, width, height, fill: style.backgroundColor }));
    for (const edge of edges.get({ filter: (edge) => !edge.hidden && known.has(edge.from) && known.has(edge.to) })) {
      const [from, to] = [places[edge.from], places[edge.to]];
      const look = { stroke: style.color, "stroke-opacity": 0.55, "stroke-width": edge.width, ...(edge.dashes && { "stroke-dasharray": edge.dashes.join(" ") }) };
      root.append(made("line", { x1: from.x, y1: from.y, x2: to.x, y2: to.y, ...look }));
    }
    for (const node of kept) {
      const { x, y } = places[node.id];
      const { path, colour } = legend.node[node.kind];
      const scale = node.size / 6;
      root.append(made("path", { d: path, fill: colour, transform: `translate(${x} ${y}) scale(${scale}) translate(-8 -8)` }));
      node.label.split("\n").forEach((line, number) => {
        const place = { x, y: y + node.size + LINE * (number + 0.8), "text-anchor": "middle", "font-size": 15, fill: style.color };
        root.append(made("text", { ...place, stroke: style.backgroundColor, "stroke-width": 3, "paint-order": "stroke" }, line));
      });
    }
    save(new Blob([new XMLSerializer().serializeToString(root)], { type: "image/svg+xml" }), `${name}.svg`);
  }

  return { png, svg };
})();
