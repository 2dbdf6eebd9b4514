export { default as Sigma } from "sigma";
export { EdgeLineProgram, EdgeRectangleProgram, NodePointProgram } from "sigma/rendering";
export { default as Graph, DirectedGraph, MultiGraph } from "graphology";
export { toBlob } from "@sigma/export-image";
