// Labels that stay readable: the larger node's first, none over another, none beyond the edge, long names cut until one points at them.

const LONGEST = 16; // characters of a label among others
const LONGEST_ALONE = 48; // of the node that is chosen or pointed at

export class Labels {
  constructor(theme) {
    this.theme = theme;
    this.wanted = [];
    this.drawn = new Map(); // IRI -> {x, y, text} on the canvas
  }

  begin() {
    this.wanted = [];
  }

  // What sigma calls for each label that it would draw.
  add(context, data, settings) {
    this.wanted.push({ context, data, settings });
  }

  // Draws what fits of what was added, in a canvas of this width.
  draw(width) {
    this.drawn.clear();
    const boxes = [];
    for (const { context, data, settings } of this.wanted.sort((one, other) => other.data.forceLabel - one.data.forceLabel || other.data.size - one.data.size)) {
      const text = cut(data.label, data.highlighted ? LONGEST_ALONE : LONGEST);
      context.font = `${settings.labelSize}px ${settings.labelFont}`;
      const long = context.measureText(text).width;
      const x = beside(data, long, width);
      const box = [x - 2, data.y - settings.labelSize * 0.7, x + long + 2, data.y + settings.labelSize * 0.6];
      if (!data.forceLabel && boxes.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) continue;
      boxes.push(box);
      const y = data.y + settings.labelSize / 3;
      context.lineWidth = 3;
      context.lineJoin = "round";
      context.strokeStyle = this.theme.paper; // keeps the lines of the network off the letters
      context.strokeText(text, x, y);
      context.fillStyle = this.theme.ink;
      context.fillText(text, x, y);
      this.drawn.set(data.key, { x, y, text });
    }
  }

  // The node that is pointed at, with more of its name in a box.
  hover(context, data, settings, width) {
    const text = cut(data.label, LONGEST_ALONE);
    context.font = `${settings.labelSize}px ${settings.labelFont}`;
    const long = context.measureText(text).width;
    const x = beside(data, long, width);
    context.fillStyle = this.theme.raised;
    context.strokeStyle = this.theme.accent;
    context.lineWidth = 1;
    context.beginPath();
    context.roundRect(x - 6, data.y - 13, long + 12, 26, 5);
    context.fill();
    context.stroke();
    context.fillStyle = this.theme.ink;
    context.fillText(text, x, data.y + settings.labelSize / 3);
  }
}

function cut(label, longest) {
  const signs = [...(label ?? "").slice(0, 4 * longest)];
  return signs.length > longest ? `${signs.slice(0, longest).join("")}…` : signs.join("");
}

// To the right of the node, or to its left where there is no room.
function beside({ x, size }, long, width) {
  const right = x + size + 4;
  return right + long > width && x - size - 4 - long > 0 ? x - size - 4 - long : right;
}
