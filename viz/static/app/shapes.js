// Nodes as points with the shape of their type: colour is never the only sign. One program for every machine, as quick without a GPU as sigma's own points.
import { NodePointProgram } from "../vendor/graph.js";

const SHAPES = ["dot", "square", "triangleDown", "triangle", "star", "diamond", "hexagon"]; // as the legend names them; the shader knows their places here

// How far inside the shape a place is, in radii: p is from -1 to 1, y points down.
const INSIDE = `
float triangle(vec2 p) {
  return min(p.y + 0.7, 0.474 - dot(vec2(0.867, 0.499), vec2(abs(p.x), p.y)));
}
float star(vec2 p) {
  float fifth = 0.6283185;
  float angle = abs(mod(atan(p.x, -p.y) + fifth, 2.0 * fifth) - fifth);
  return 0.384 - dot(vec2(0.384, 0.923), length(p) * vec2(cos(angle), sin(angle)));
}
float inside(vec2 p, float shape) {
  vec2 q = abs(p);
  if (shape < 0.5) return 0.95 - length(p);
  if (shape < 1.5) return 0.8 - max(q.x, q.y);
  if (shape < 2.5) return triangle(p);
  if (shape < 3.5) return triangle(vec2(p.x, -p.y));
  if (shape < 4.5) return star(p);
  if (shape < 5.5) return (1.0 - q.x - q.y) * 0.707;
  return min(0.82 - q.y, 0.82 - dot(vec2(0.866, 0.5), q));
}`;

const FRAGMENT = `
precision mediump float;
varying vec4 v_color;
varying float v_border;
varying float v_shape;
${INSIDE}
void main(void) {
  float within = inside(2.0 * gl_PointCoord - 1.0, v_shape);
  #ifdef PICKING_MODE
  gl_FragColor = within > 0.0 ? v_color : vec4(0.0);
  #else
  gl_FragColor = mix(vec4(0.0), v_color, clamp(within / (2.0 * v_border), 0.0, 1.0));
  #endif
}`;

export class ShapeProgram extends NodePointProgram {
  getDefinition() {
    const points = super.getDefinition();
    return {
      ...points,
      VERTEX_SHADER_SOURCE: points.VERTEX_SHADER_SOURCE.replace("void main() {", "attribute float a_shape;\nvarying float v_shape;\nvoid main() {\n  v_shape = a_shape;"),
      FRAGMENT_SHADER_SOURCE: FRAGMENT,
      ATTRIBUTES: [...points.ATTRIBUTES, { name: "a_shape", size: 1, type: WebGLRenderingContext.FLOAT }],
    };
  }

  processVisibleItem(index, start, data) {
    super.processVisibleItem(index, start, data);
    this.array[start + 5] = Math.max(SHAPES.indexOf(data.shape), 0);
  }
}
