// The tables of a text, as its reading found them: cells are places of the text, which may span rows and columns.

// Where the lines of `segments.js` must be cut so that no piece lies in two cells.
export function cuts(tables) {
  return tables.flatMap((table) => table.cells.flatMap((cell) => [cell.start, cell.end])).sort((a, b) => a - b);
}

// Lines of `segments.js` -> blocks in the same order: a line, or {start, end, rows: [{isHead, cells: [{…cell, segments}]}]}.
export function blocks(lines, tables) {
  const extents = tables.map((table) => ({ table, start: Math.min(...table.cells.map((cell) => cell.start)), end: Math.max(...table.cells.map((cell) => cell.end)) }));
  const waiting = extents.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start);
  const found = [];
  for (let at = 0; at < lines.length; ) {
    while (waiting.length && waiting[0].end <= lines[at].start) waiting.shift();
    const next = waiting[0];
    if (!next || next.start >= Math.max(lines[at].end, lines[at].start + 1)) {
      found.push(lines[at++]);
      continue;
    }
    const inside = [];
    while (at < lines.length && lines[at].start < next.end) inside.push(lines[at++]);
    found.push({ start: next.start, end: next.end, rows: rowsOf(next.table, inside) });
    waiting.shift();
  }
  return found;
}

function rowsOf(table, lines) {
  const rows = new Map();
  for (const cell of table.cells) {
    const segments = lines.flatMap((line) => (line.start < cell.end && line.end > cell.start ? [...(line.start > cell.start ? [{ text: "\n", start: line.start, end: line.start, facts: [] }] : []), ...line.segments.filter((segment) => segment.start >= cell.start && segment.end <= cell.end)] : []));
    rows.set(cell.row, [...(rows.get(cell.row) ?? []), { ...cell, segments }]);
  }
  return [...rows].sort((a, b) => a[0] - b[0]).map(([row, cells]) => ({ isHead: row < table.header_rows, cells: cells.sort((a, b) => a.column - b.column) }));
}
