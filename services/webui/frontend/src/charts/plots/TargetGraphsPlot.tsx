// The graphs that targets drew themselves: of the picked jobs over each other, or of the best one.
import { SimpleGrid, Text } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";

import { useClient } from "../../api/client";
import type { Job } from "../../api/types";
import { Nothing } from "../Controls";
import { SlotContext } from "../slot";
import { TargetGraphs } from "../TargetGraph";
import { usePlotInput } from "../usePlot";
import { graphsOf } from "./chosen";

export function TargetGraphsPlot() {
  const input = usePlotInput();
  const client = useClient();
  const rows = graphsOf(input).join(",");
  const ids = useMemo(
    () => rows.split(",").filter(Boolean).map((row) => input.table.jobId(Number(row))),
    [rows, input.table],
  );
  const { jobs, isLoading } = useQueries({
    queries: ids.map((id) => ({ queryKey: ["job", id], queryFn: () => client.job(id) })),
    combine: (results) => ({
      jobs: results.flatMap(({ data }) => data ?? []),
      isLoading: results.some((each) => each.isPending),
    }),
  });
  const groups = useMemo(() => byName(jobs), [jobs]);
  if (!groups.length)
    return (
      <Nothing>
        {isLoading
          ? "Reading the jobs."
          : "These jobs drew no graphs. A target writes its own to graphs.json. Pick other jobs to see theirs."}
      </Nothing>
    );
  return (
    <SlotContext value={null}>
      <SimpleGrid cols={{ base: 1, md: groups.length > 1 ? 2 : 1 }} spacing="md">
        {groups.map(([name, graphs]) => (
          <div key={name}>
            <Text size="sm" fw={600}>
              {name}
            </Text>
            <TargetGraphs graphs={graphs} />
          </div>
        ))}
      </SimpleGrid>
    </SlotContext>
  );
}

type Graphs = { job: string; graph: Job["graphs"][number] }[];

/** Graphs of the same name belong together. */
function byName(jobs: readonly Job[]): [string, Graphs][] {
  const groups = new Map<string, Graphs>();
  for (const { number, graphs } of jobs)
    for (const graph of graphs) {
      const others = groups.get(graph.name) ?? [];
      groups.set(graph.name, [...others, { job: `job ${number}`, graph }]);
    }
  return [...groups];
}
