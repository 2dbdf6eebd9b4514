// Answers as pictures: bars, lines, matrices, time lines. SVG, colours of the page, the same words as the table.
import { t } from "./words.js";

const COLOURS = ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#8c7a00", "#767676"];

const numberOf = (cell) => {
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

// Which pictures suit an answer: names of VIEWS, the best first.
export function views({ columns, rows, view }) {
  const kinds = columns.map((_, index) => kindOf(columns, rows, index));
  const texts = kinds.filter((kind) => kind === "text").length;
  const able = {
    bar: texts >= 1 && kinds.includes("number"),
    line: kinds.includes("date") && kinds.includes("number"),
    matrix: texts >= 2,
    timeline: texts >= 1 && kinds.includes("date"),
  };
  const wanted = view === "tiles" ? "bar" : view;
  const found = Object.keys(able).filter((name) => able[name] && rows.length);
  return found.sort((one, other) => (other === wanted) - (one === wanted));
}

function options(name, { columns, rows }) {
  const kinds = columns.map((_, index) => kindOf(columns, rows, index));
  const first = (kind, skip = -1) => kinds.findIndex((found, index) => found === kind && index !== skip);
  const text = first("text");
  const ink = getComputedStyle(document.documentElement).getPropertyValue("--ink").trim();
  const soft = getComputedStyle(document.documentElement).getPropertyValue("--line").trim();
  const axis = { axisLabel: { color: ink }, axisLine: { lineStyle: { color: soft } }, splitLine: { lineStyle: { color: soft } } };
  const common = { color: COLOURS, textStyle: { color: ink }, tooltip: { renderMode: "richText", confine: true }, aria: { enabled: true }, animation: false };
  const cut = (label) => (label.length > 18 ? `${label.slice(0, 17)}…` : label);
  if (name === "bar") {
    const number = first("number");
    const top = rows.slice(0, 40).reverse();
    return {
      ...common,
      height: top.length * 24 + 80,
      grid: { left: 8, right: 40, top: 24, bottom: 30, containLabel: true },
      xAxis: { type: "value", name: columns[number].label, nameTextStyle: { color: ink }, ...axis },
      yAxis: { type: "category", data: top.map((row) => row[text].text), ...axis, axisLabel: { color: ink, formatter: cut } },
      series: [{ type: "bar", data: top.map((row) => numberOf(row[number])), label: { show: true, position: "right", color: ink } }],
    };
  }
  if (name === "line") {
    const [date, number] = [first("date"), first("number")];
    const groups = Map.groupBy(rows, (row) => (text >= 0 ? row[text].text : columns[number].label));
    return {
      ...common,
      height: 380,
      legend: { type: "scroll", textStyle: { color: ink } },
      grid: { left: 8, right: 24, top: 40, bottom: 30, containLabel: true },
      xAxis: { type: "time", ...axis },
      yAxis: { type: "value", scale: true, ...axis },
      series: [...groups].slice(0, 12).map(([label, found]) => ({ type: "line", name: label, data: found.map((row) => [row[date].text, numberOf(row[number])]).filter((point) => point[0] && point[1] !== null) })),
    };
  }
  if (name === "matrix") {
    const other = first("text", text);
    const [down, across] = [new Set(), new Set()];
    for (const row of rows) down.add(row[text].text), across.add(row[other].text);
    const [downs, acrosses] = [[...down].slice(0, 40), [...across].slice(0, 40)];
    const cells = new Map();
    const number = first("number");
    for (const row of rows) {
      const key = `${acrosses.indexOf(row[other].text)},${downs.indexOf(row[text].text)}`;
      cells.set(key, (cells.get(key) ?? 0) + (number >= 0 ? (numberOf(row[number]) ?? 0) : 1));
    }
    const data = [...cells].map(([key, value]) => [...key.split(",").map(Number), value]).filter(([x, y]) => x >= 0 && y >= 0);
    return {
      ...common,
      height: downs.length * 24 + 180,
      grid: { left: 8, right: 24, top: 8, bottom: 70, containLabel: true },
      xAxis: { type: "category", data: acrosses, ...axis, axisLabel: { color: ink, rotate: 40, formatter: cut } },
      yAxis: { type: "category", data: downs, inverse: true, ...axis, axisLabel: { color: ink, formatter: cut } },
      visualMap: { min: 0, max: Math.max(1, ...data.map((one) => one[2])), orient: "horizontal", left: "center", bottom: 0, textStyle: { color: ink }, inRange: { color: ["#e8f1f7", "#0072b2"] } },
      series: [{ type: "heatmap", data, label: { show: true } }],
    };
  }
  const date = first("date");
  const found = rows.filter((row) => row[date].text).sort((one, other) => one[date].text.localeCompare(other[date].text)).slice(0, 60);
  return {
    ...common,
    height: found.length * 22 + 80,
    grid: { left: 8, right: 24, top: 8, bottom: 30, containLabel: true },
    xAxis: { type: "time", ...axis },
    yAxis: { type: "category", data: found.map((_, index) => index), inverse: true, ...axis, axisLabel: { color: ink, formatter: (index) => cut(found[index][text].text) } },
    series: [{ type: "scatter", symbolSize: 11, data: found.map((row, index) => [row[date].text, index]), tooltip: { formatter: ({ data }) => `${data[0]}  ${found[data[1]][text].text}` } }],
  };
}

// Draws into an element; returns a function that takes it away again.
export async function chart(element, name, answer) {
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
