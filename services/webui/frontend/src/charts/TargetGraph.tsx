// A graph that the target drew itself: of one job, or of several over each other.
import { useMemo } from "react";

import type { Graph } from "../api/types";
import { Chart } from "./Chart";
import { useLook } from "./look";
import { linesData, linesLabel, linesOf, linesOption } from "./plots/lines";

export function TargetGraph({ graph, height }: { graph: Graph; height?: number }) {
  const graphs = useMemo(() => [{ job: "", graph }], [graph]);
  return <TargetGraphs graphs={graphs} {...(height !== undefined && { height })} />;
}

interface Given {
  /** Of the same name, each with what its job is called. */
  graphs: readonly { job: string; graph: Graph }[];
  height?: number;
}

export function TargetGraphs({ graphs, height = 240 }: Given) {
  const look = useLook();
  const lines = useMemo(() => linesOf(graphs), [graphs]);
  const option = useMemo(() => linesOption(lines, look), [lines, look]);
  const name = graphs[0]?.graph.name ?? "graph";
  return <Chart option={option} height={height} name={name} label={linesLabel(name, lines)} data={linesData(lines)} />;
}
