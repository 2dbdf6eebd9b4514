// A time line of tasks: a bar from start to due day, a diamond where only one of them is known, a line at the day it is seen from ("" for none).
import { t } from "./words.js";

const MOST = 120; // rows; more cannot be told apart in a picture, and the list below has them all
const COLOURS = { overdue: "#d55e00", "due-soon": "#e69f00", ongoing: "#0072b2", later: "#009e73", undated: "#767676" };

export async function gantt(element, groups, asOf) {
  const { init, graphic } = await import("../vendor/charts.js");
  const dated = groups.map(([group, items]) => [group, items.filter((item) => item.start_by || item.due_by)]).filter(([, items]) => items.length);
  const rows = dated.flatMap(([group, items]) => [...(group ? [{ group }] : []), ...items.map((item) => ({ item }))]).slice(0, MOST);
  const style = getComputedStyle(document.documentElement);
  const [ink, line] = ["--ink", "--line"].map((name) => style.getPropertyValue(name).trim());
  const longest = element.clientWidth < 600 ? 9 : 22; // characters of a row's name
  const cut = (text) => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text);
  const named = (index) => (rows[index].item ? cut(rows[index].item.thing.label) : `{group|${cut(rows[index].group)}}`);
  const seen = asOf ? [Date.parse(asOf)] : [];
  const chart = init(element, null, { renderer: "svg", height: rows.length * 22 + 70 });
  element.style.height = `${rows.length * 22 + 70}px`;
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", t("schedule.title"));
  const bar = (params, api) => {
    const [from, to, row] = [api.value(0), api.value(1), api.value(2)];
    const begin = api.coord([from || to, row]);
    const end = api.coord([to || from, row]);
    const colour = COLOURS[rows[row].item.state] ?? COLOURS.ongoing;
    if (!from || !to) return { type: "path", shape: { pathData: "M0 -7L7 0L0 7L-7 0Z", x: -7, y: -7, width: 14, height: 14 }, x: begin[0], y: begin[1], style: { fill: colour } };
    const shape = graphic.clipRectByRect({ x: begin[0], y: begin[1] - 6, width: Math.max(end[0] - begin[0], 3), height: 12 }, params.coordSys);
    return shape && { type: "rect", shape: { ...shape, r: 2 }, style: { fill: colour } };
  };
  chart.setOption({
    animation: false,
    textStyle: { color: ink },
    aria: { enabled: true },
    tooltip: { renderMode: "richText", confine: true, formatter: ({ value }) => { const { item } = rows[value[2]]; return `${item.thing.label}\n${[item.start_by, item.due_by].filter(Boolean).join(" – ")}  ${item.state ? t(`state.${item.state}`) : ""}\n${item.bodies.map((body) => body.label).join("、")}`; } },
    grid: { left: 8, right: 44, top: 30, bottom: 26, containLabel: true },
    xAxis: { type: "time", min: ({ min }) => Math.min(min, ...seen), max: ({ max }) => Math.max(max, ...seen), axisLabel: { color: ink, hideOverlap: true }, splitLine: { show: true, lineStyle: { color: line } } },
    yAxis: { type: "category", inverse: true, data: rows.map((_, index) => index), axisTick: { show: false }, axisLabel: { color: ink, interval: 0, formatter: named, rich: { group: { color: ink, fontWeight: "bold" } } }, axisLine: { lineStyle: { color: line } } },
    series: [{
      type: "custom", renderItem: bar, encode: { x: [0, 1], y: 2 },
      data: rows.flatMap(({ item }, index) => (item ? [[item.start_by ? Date.parse(item.start_by) : null, item.due_by ? Date.parse(item.due_by) : null, index]] : [])),
      markLine: { symbol: "none", silent: true, label: { formatter: asOf, color: ink, position: "start" }, lineStyle: { color: "#d55e00", type: "dashed" }, data: seen.map((day) => ({ xAxis: day })) },
    }],
  });
  const resized = new ResizeObserver(() => chart.resize());
  resized.observe(element);
  return () => {
    resized.disconnect();
    chart.dispose();
  };
}
