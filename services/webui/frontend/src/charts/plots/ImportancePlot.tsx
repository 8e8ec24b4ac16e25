// Shows `importance.ts` as bars; a click on one chooses its parameter for the slices and the contour.
import { Text } from "@mantine/core";
import { useMemo } from "react";

import { counted } from "../../parts/format";
import { useQueryState } from "../../shell/location";
import { Chart } from "../Chart";
import { Nothing } from "../Controls";
import { searched } from "../input";
import { useLook } from "../look";
import { usePlotInput } from "../usePlot";
import { importancesOf, LEAST_JOBS } from "./importance";
import { barsHeight, barsWithin, importanceData, importanceLabel, importanceNote, importanceOption, placeOf } from "./importanceBars";

const PAUSE = 2_000; // ms; it reads every value of every job

export function ImportancePlot({ height = 260 }: { height?: number }) {
  const input = usePlotInput(PAUSE);
  const look = useLook();
  const [query, change] = useQueryState();
  const chosen = query.get("x");
  const found = useMemo(() => importancesOf(input, searched(input)), [input]);
  const shown = useMemo(() => (found.kind === "found" ? found.all.slice(0, barsWithin(height)) : []), [found, height]);
  const option = useMemo(() => importanceOption(shown, look, chosen), [shown, look, chosen]);
  switch (found.kind) {
    case "few":
      return (
        <Nothing>
          It needs {LEAST_JOBS} jobs with a loss: {counted(found.missing, "more", "more")}.
        </Nothing>
      );
    case "same":
      return <Nothing>All of these jobs have the same loss: no parameter makes a difference.</Nothing>;
    case "found":
  }
  if (!shown.length) return <Nothing>The search space has no parameter that changes.</Nothing>;
  return (
    <>
      <Text size="xs" c="dimmed" className="numbers">
        {importanceNote(found, shown.length)}
      </Text>
      <Chart
        option={option}
        height={barsHeight(shown.length, height)}
        name="importance"
        label={importanceLabel(found)}
        data={importanceData(found)}
        onClick={({ value }) => {
          const name = shown[placeOf(value) ?? -1]?.parameter.name;
          if (name !== undefined) change({ x: name });
        }}
      />
    </>
  );
}
