export { default as Sigma } from "sigma";
export { EdgeArrowProgram, EdgeLineProgram, EdgeRectangleProgram, NodeCircleProgram, NodePointProgram, drawDiscNodeLabel } from "sigma/rendering";
export { default as Graph, DirectedGraph, MultiGraph } from "graphology";
export { toBlob } from "@sigma/export-image";
