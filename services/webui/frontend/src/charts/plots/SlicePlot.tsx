// Shows `slice.ts`: all parameters, of many the first ones until people ask for the rest.
import { Button } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useMemo, useState } from "react";

import { useQueryState } from "../../shell/location";
import { Chart } from "../Chart";
import { Nothing } from "../Controls";
import { searched } from "../input";
import { useLook } from "../look";
import { useLossView } from "../useLossView";
import { useBrush, usePick, usePlotInput } from "../usePlot";
import { sliceData, sliceHeight, sliceLabel, sliceOption, sliceScales } from "./slice";

const FIRST = 12;
const LEAST = 260; // px of a slice

export function SlicePlot() {
  const input = usePlotInput();
  const look = useLook();
  const pick = usePick();
  const brush = useBrush();
  const [query] = useQueryState();
  const [loss] = useLossView();
  const [isAll, setAll] = useState(false);
  const { ref, width } = useElementSize();
  const chosen = query.get("x");
  const parameters = useMemo(() => {
    const all = searched(input);
    // What was chosen, in the plot of importance or of contours, stands first.
    const ordered = [...all.filter(({ name }) => name === chosen), ...all.filter(({ name }) => name !== chosen)];
    return isAll ? ordered : ordered.slice(0, FIRST);
  }, [input, chosen, isAll]);
  const most = searched(input).length;
  const across = Math.max(1, Math.min(parameters.length, Math.floor(width / LEAST)));
  const view = useMemo(() => ({ parameters, across, width, loss }), [parameters, across, width, loss]);
  const option = useMemo(() => (width > 0 ? sliceOption(input, look, view) : null), [input, look, view, width]);
  if (!most) return <Nothing>The search space has no parameter that changes.</Nothing>;
  return (
    <div ref={ref}>
      {option && (
        <Chart
          option={option}
          height={sliceHeight(view)}
          name="slices"
          label={sliceLabel(input, view)}
          data={sliceData(input, view)}
          onClick={pick}
          onBrush={({ grid, x, y }) => {
            const scales = sliceScales(input, view);
            const scale = scales.x[grid];
            if (scale)
              brush([
                [scale, x],
                [scales.y, y],
              ]);
          }}
        />
      )}
      {most > FIRST && (
        <Button size="compact-xs" variant="default" onClick={() => setAll(!isAll)}>
          {isAll ? `Show the first ${FIRST}` : `Show all ${most} parameters`}
        </Button>
      )}
    </div>
  );
}
