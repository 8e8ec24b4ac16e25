// Filters a column by a range: two numbers, or two handles below the bars of how its numbers spread.
import { Button, Group, RangeSlider, Stack, Text, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";

import { useAnalysis } from "../pages/trial/analysis";
import { number } from "../parts/format";
import { Bars } from "./Bars";
import type { Column } from "./filters";
import { histogramOf, shareIn, valueIn } from "./histogram";
import { readEnd, writeEnd } from "./rangeEnds";

const STEPS = 500; // of the handles

type Ends = [number, number];

export function RangeFilter({ column, onDone }: { column: Column; onDone: () => void }) {
  const { jobs, filters, setFilter } = useAnalysis();
  const { table, version } = jobs;
  const histogram = useMemo(
    () => histogramOf(column, Array.from({ length: table.size }, (_, row) => row)),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the table is changed in place
    [table, column, version],
  );
  const filter = filters.find((each) => each.column === column.id);
  const current: Ends = filter && "low" in filter ? [filter.low, filter.high] : [-Infinity, Infinity];
  const [drawn, setDrawn] = useState<Ends | null>(null);
  const [low, high] = drawn ?? current;

  const apply = (ends: Ends) => {
    setDrawn(null);
    const [from, to] = ends[0] <= ends[1] ? ends : [ends[1], ends[0]];
    const isAll = from === -Infinity && to === Infinity;
    setFilter(column.id, isAll ? null : { column: column.id, low: from, high: to });
  };
  if (!histogram) return <Text size="xs">No job has a number here yet.</Text>;

  const share = shareIn(histogram);
  const stepOf = (value: number) => Math.round(Math.min(1, Math.max(0, share(Math.max(histogram.low, value)))) * STEPS);
  const steps: Ends = [low === -Infinity ? 0 : stepOf(low), high === Infinity ? STEPS : stepOf(high)];
  const endsAt = ([from, to]: Ends): Ends => [
    from <= 0 ? -Infinity : valueIn(histogram, from / STEPS),
    to >= STEPS ? Infinity : valueIn(histogram, to / STEPS),
  ];
  const field = (label: string, value: number, ends: (value: number) => Ends) => (
    <TextInput
      key={`${label}${writeEnd(column, value)}`}
      size="xs"
      label={label}
      type={column.kind === "time" ? "datetime-local" : "number"}
      step={column.kind === "time" ? 1 : "any"}
      placeholder={number(label === "From" ? histogram.low : histogram.high)}
      defaultValue={writeEnd(column, value)}
      onBlur={(event) => {
        const read = readEnd(column, event.currentTarget.value);
        const none = label === "From" ? -Infinity : Infinity;
        if ((read ?? none) !== value) apply(ends(read ?? none));
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        event.currentTarget.blur();
        onDone();
      }}
    />
  );
  return (
    <Stack gap="xs">
      <div>
        <Bars histogram={histogram} from={steps[0] / STEPS} to={steps[1] / STEPS} />
        <RangeSlider
          size={2}
          thumbSize={14}
          min={0}
          max={STEPS}
          minRange={0}
          label={null}
          thumbFromLabel={`Least ${column.label}`}
          thumbToLabel={`Most ${column.label}`}
          value={steps}
          onChange={(value) => setDrawn(endsAt(value))}
          onChangeEnd={(value) => apply(endsAt(value))}
        />
      </div>
      <Group grow gap="xs" wrap={column.kind === "time" ? "wrap" : "nowrap"} preventGrowOverflow={false}>
        {field("From", low, (value) => [value, high])}
        {field("To", high, (value) => [low, value])}
      </Group>
      <Button size="compact-xs" variant="default" disabled={!filter} onClick={() => apply([-Infinity, Infinity])}>
        Clear
      </Button>
    </Stack>
  );
}
