// Tables that stand in the text with one cell a line, found again by their serial numbers: 序号 指标 单位 目标值 1 … 2 …

const MOST_COLUMNS = 12;
const HEAD_RE = /^(序\s*号|编\s*号)$/;
const BAR_RE = /\s*\|\s*$/; // what a converter put behind each cell

const plain = (line) => line.segments.map((segment) => segment.text).join("").replace(BAR_RE, "").trim();

// Lines of `segments.js` -> blocks in the same order: a line, or {rows: [[line]]}, the head first.
export function blocks(lines) {
  const found = [];
  let at = 0;
  while (at < lines.length) {
    const table = HEAD_RE.test(plain(lines[at])) ? tableAt(lines, at) : null;
    found.push(table ?? lines[at]);
    at += table ? table.rows.length * table.rows[0].length : 1;
  }
  return found;
}

function tableAt(lines, at) {
  const one = lines.findIndex((line, index) => index > at && plain(line) === "1");
  const columns = one - at;
  if (one < 0 || columns < 2 || columns > MOST_COLUMNS) return null;
  const rows = [lines.slice(at, one)];
  for (let start = one; start + columns <= lines.length && plain(lines[start]) === String(rows.length); start += columns) rows.push(lines.slice(start, start + columns));
  return rows.length > 2 ? { rows: rows.map((row) => row.map(withoutBar)) } : null;
}

function withoutBar(line) {
  const last = line.segments.length - 1;
  return { ...line, segments: line.segments.map((segment, index) => (index === last ? { ...segment, text: segment.text.replace(BAR_RE, "") } : segment)) };
}
