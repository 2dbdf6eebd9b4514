// Answers as pictures: bars, lines, matrices, time lines. SVG, colours of the page, the same words as the table.
import { gantt } from "./gantt.js";
import { t } from "./words.js";

const COLOURS = ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#8c7a00", "#767676"];

export const numberOf = (cell) => {
  const value = typeof cell?.value === "number" ? cell.value : Number(String(cell?.text ?? "").replace(/[,，%]/g, ""));
  return cell?.text === "" || Number.isNaN(value) ? null : value;
};
const kindOf = (columns, rows, index) => {
  const kind = columns[index].kind;
  if (kind === "number" || kind === "date") return kind;
  const filled = rows.map((row) => row[index]?.text).filter(Boolean);
  if (filled.length && filled.every((text) => /^\d{4}(-\d\d){0,2}$/.test(text))) return "date";
  return filled.length && filled.every((text) => /^-?[\d,.]+$/.test(text)) ? "number" : "text";
};

// Which column is which axis of a picture: as the question says, else the first columns of the right kinds; null where there are none.
// bar {category, value}, tiles {region, value}, line {x, value, series}, matrix {row, column, cell}, timeline {end, what, start}, tree {level, what}; -1 for an axis that may be absent.
export function axes(name, answer) {
  const { columns, rows } = answer;
  const said = answer.view === "tiles" && name === "bar" ? { category: answer.axes.region, value: answer.axes.value } : answer.view === name ? answer.axes : null;
  if (name === "tiles" && !said) return null; // only a question knows which column is a region's
  if (said && Object.keys(said).length) {
    const at = (axis) => columns.findIndex((column) => column.name === said[axis]);
    return Object.fromEntries(AXES[name].map((axis) => [axis, at(axis)]));
  }
  const kinds = columns.map((_, index) => kindOf(columns, rows, index));
  const first = (kind, skip = -1) => kinds.findIndex((found, index) => found === kind && index > skip);
  const [text, number, date] = ["text", "number", "date"].map((kind) => first(kind));
  const found = {
    bar: [text, number],
    line: [date, number, text],
    matrix: [text, first("text", text), number],
    timeline: [date, text, -1],
    tree: [-1, -1],
  }[name];
  return found.slice(0, 2).includes(-1) ? null : Object.fromEntries(AXES[name].map((axis, index) => [axis, found[index]]));
}

const AXES = { bar: ["category", "value"], line: ["x", "value", "series"], matrix: ["row", "column", "cell"], timeline: ["end", "what", "start"], tree: ["level", "what"], tiles: ["region", "value"] };

// Which pictures suit an answer, the one that its question wants first.
export function views(answer) {
  const found = answer.rows.length ? Object.keys(AXES).filter((name) => axes(name, answer)) : [];
  return found.sort((one, other) => (other === answer.view) - (one === answer.view));
}

// The lines of an outline: [{level, cell}].
export function outline(answer) {
  const { level, what } = axes("tree", answer);
  return answer.rows.map((row) => ({ level: numberOf(row[level]) ?? 1, row, cell: row[what] }));
}

function options(name, answer) {
  const { columns, rows } = answer;
  const at = axes(name, answer);
  const style = getComputedStyle(document.documentElement);
  const [ink, soft] = ["--ink", "--line"].map((variable) => style.getPropertyValue(variable).trim());
  const axis = { axisLabel: { color: ink }, axisLine: { lineStyle: { color: soft } }, splitLine: { lineStyle: { color: soft } } };
  const common = { color: COLOURS, textStyle: { color: ink }, tooltip: { renderMode: "richText", confine: true }, aria: { enabled: true }, animation: false };
  const cut = (label) => (label.length > 18 ? `${label.slice(0, 17)}…` : label);
  if (name === "bar") {
    const top = rows.slice(0, 40).reverse();
    return {
      ...common,
      height: top.length * 24 + 80,
      grid: { left: 8, right: 56, top: 8, bottom: 36, containLabel: true },
      xAxis: { type: "value", name: columns[at.value].label, nameLocation: "middle", nameGap: 24, nameTextStyle: { color: ink }, ...axis },
      yAxis: { type: "category", data: top.map((row) => row[at.category].text), ...axis, axisLabel: { color: ink, formatter: cut } },
      series: [{ type: "bar", data: top.map((row) => numberOf(row[at.value])), label: { show: true, position: "right", color: ink } }],
    };
  }
  if (name === "line") {
    const groups = Map.groupBy(rows, (row) => (at.series >= 0 ? row[at.series].text : columns[at.value].label));
    return {
      ...common,
      height: 380,
      legend: { type: "scroll", top: 0, textStyle: { color: ink } },
      grid: { left: 8, right: 24, top: 40, bottom: 30, containLabel: true },
      xAxis: { type: "time", ...axis, axisLabel: { color: ink, hideOverlap: true }, minInterval: 28 * 24 * 3600 * 1000 },
      yAxis: { type: "value", scale: true, ...axis },
      series: [...groups].slice(0, 12).map(([label, found]) => ({ type: "line", name: label, data: found.map((row) => [row[at.x].text, numberOf(row[at.value])]).filter((point) => point[0] && point[1] !== null) })),
    };
  }
  const [downs, acrosses] = [at.row, at.column].map((index) => [...new Set(rows.map((row) => row[index].text))].slice(0, 40));
  const cells = new Map(); // place -> the cells that stand there
  for (const row of rows) {
    const [x, y] = [acrosses.indexOf(row[at.column].text), downs.indexOf(row[at.row].text)];
    if (x >= 0 && y >= 0) cells.set(`${x},${y}`, [...(cells.get(`${x},${y}`) ?? []), at.cell >= 0 ? row[at.cell] : { text: "1" }]);
  }
  const told = [...cells].map(([place, those]) => {
    const largest = Math.max(...those.map((cell) => numberOf(cell) ?? those.length));
    const text = at.cell < 0 ? String(those.length) : [...new Set(those.map((cell) => cell.text))].join("、"); // two promises of one plan are not one sum
    return { value: [...place.split(",").map(Number), at.cell < 0 ? those.length : largest], text };
  });
  return {
    ...common,
    height: downs.length * 24 + 140,
    grid: { left: 8, right: 24, top: 8, bottom: 8, containLabel: true },
    xAxis: { type: "category", data: acrosses, ...axis, axisLabel: { color: ink, rotate: 40, interval: 0, formatter: (label) => cut(label).slice(0, 12) } },
    yAxis: { type: "category", data: downs, inverse: true, ...axis, axisLabel: { color: ink, formatter: cut } },
    visualMap: { show: false, min: 0, max: Math.max(1, ...told.map((one) => one.value[2])), inRange: { color: ["#e8f1f7", "#56b4e9"] } },
    series: [{ type: "heatmap", data: told, label: { show: true, color: "#1b1f24", formatter: ({ data }) => cut(data.text) }, tooltip: { formatter: ({ data }) => `${downs[data.value[1]]}\n${acrosses[data.value[0]]}\n${data.text}` } }],
  };
}

// Draws into an element; returns a function that takes it away again.
export async function chart(element, name, answer) {
  if (name === "timeline") return gantt(element, [["", timed(answer)]], "");
  const { init } = await import("../vendor/charts.js");
  const { height, ...wanted } = options(name, answer);
  element.style.height = `${height}px`;
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", t(`view.${name}`));
  const drawn = init(element, null, { renderer: "svg" });
  drawn.setOption(wanted);
  const resized = new ResizeObserver(() => drawn.resize());
  resized.observe(element);
  return () => {
    resized.disconnect();
    drawn.dispose();
  };
}

function timed(answer) {
  const { end, what, start } = axes("timeline", answer);
  const items = answer.rows.map((row) => ({ thing: { label: row[what].text }, start_by: row[start]?.text ?? "", due_by: row[end]?.text ?? "", bodies: [] }));
  return items.sort((one, other) => (one.due_by || one.start_by).localeCompare(other.due_by || other.start_by));
}
