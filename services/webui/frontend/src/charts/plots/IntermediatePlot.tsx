// Intermediate values: what jobs reported while they ran, of the picked ones or of the telling ones.
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";

import { useClient } from "../../api/client";
import { allMetrics } from "../../api/queries";
import { useQueryState } from "../../shell/location";
import { Chart } from "../Chart";
import { Choose, Controls, Nothing } from "../Controls";
import { useLook } from "../look";
import { useSlot } from "../slot";
import { usePick, usePlotInput } from "../usePlot";
import { curvesOf } from "./chosen";
import { jobOfLine, metricLines, namesOf, type Reported } from "./intermediate";
import { linesData, linesLabel, linesOption } from "./lines";

const AGAIN = 2_000; // ms, as long as a job runs

export function IntermediatePlot({ height = 260 }: { height?: number }) {
  const input = usePlotInput();
  const look = useLook();
  const pick = usePick();
  const [query, change] = useQueryState();
  const { reported, isLoading } = useReported(curvesOf(input).join(","));
  const names = useMemo(() => namesOf(reported), [reported]);
  const asked = query.get("metric") ?? "";
  const metric = names.includes(asked) ? asked : (names[0] ?? "loss");
  const lines = useMemo(() => metricLines(input, reported, metric), [input, reported, metric]);
  const option = useMemo(() => linesOption(lines, look), [lines, look]);
  if (!names.length)
    return (
      <Nothing>
        {isLoading
          ? "Reading what the jobs reported."
          : "These jobs reported nothing while they ran. A target writes its values to metrics.jsonl, a line a step."}
      </Nothing>
    );
  return (
    <>
      {names.length > 1 && (
        <Controls>
          <Choose label="Value" value={metric} options={names} choose={(name) => change({ metric: name })} />
        </Controls>
      )}
      <Chart
        option={option}
        height={height}
        name={`intermediate ${metric}`}
        label={linesLabel(`Intermediate ${metric}`, lines)}
        data={linesData(lines)}
        onClick={({ seriesId, adds }) => {
          const row = jobOfLine(lines, seriesId);
          if (row !== undefined) pick({ value: [0, 0, row], adds, seriesId });
        }}
      />
    </>
  );
}

/** What jobs reported, by their rows; those that run are asked again and again. */
function useReported(written: string): { reported: readonly Reported[]; isLoading: boolean } {
  const client = useClient();
  const { table } = usePlotInput();
  const isSeen = useSlot()?.isSeen ?? true;
  const rows = useMemo(() => written.split(",").filter(Boolean).map(Number), [written]);
  return useQueries({
    queries: rows.map((row) => ({
      queryKey: ["job", table.jobId(row), "metrics"],
      queryFn: () => allMetrics(client, table.jobId(row)),
      staleTime: table.stateOf(row) === "running" ? AGAIN : Infinity,
      refetchInterval: table.stateOf(row) === "running" && isSeen ? AGAIN : (false as const),
    })),
    combine: (results) => ({
      isLoading: results.some((each) => each.isPending),
      reported: results.flatMap(({ data }, i) =>
        data?.points.length ? [{ row: rows[i] ?? 0, points: data.points }] : [],
      ),
    }),
  });
}
