// Offsets of the graph count code points, those of JavaScript UTF-16 units: text enters the pages here and is cut by code points from then on.

export class CodePoints {
  constructor(text) {
    this.text = text;
    this.places = null; // where each code point begins, kept only where a character outside the basic plane makes it necessary
    if (/[\ud800-\udbff]/.test(text)) {
      this.places = [];
      for (let at = 0; at < text.length; at += text.codePointAt(at) > 0xffff ? 2 : 1) this.places.push(at);
      this.places.push(text.length);
    }
  }

  get length() {
    return this.places ? this.places.length - 1 : this.text.length;
  }

  at(offset) {
    const within = Math.max(0, Math.min(offset, this.length));
    return this.places ? this.places[within] : within;
  }

  slice(start, end = this.length) {
    return this.text.slice(this.at(start), this.at(end));
  }
}

// The text as parts, each marked or not: [{text, marked}]. Spans are [start, end) in code points, in any order.
export function marked(text, spans) {
  const points = new CodePoints(text);
  const parts = [];
  let done = 0;
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    if (end <= done) continue;
    const from = Math.max(start, done);
    if (from > done) parts.push({ text: points.slice(done, from), marked: false });
    parts.push({ text: points.slice(from, end), marked: true });
    done = end;
  }
  if (done < points.length) parts.push({ text: points.slice(done), marked: false });
  return parts;
}
