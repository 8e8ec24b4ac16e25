// Filters a column by its values: which there are, and how many jobs have each.
import { Button, Checkbox, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";

import { useAnalysis } from "../pages/trial/analysis";
import { countsOf } from "./counts";
import type { Column } from "./filters";
import classes from "./JobsTable.module.css";

const MOST = 100; // shown at once; others are found by searching
const FEW = 8; // need no search

export function ValuesFilter({ column }: { column: Column }) {
  const { jobs, filters, setFilter } = useAnalysis();
  const [wanted, setWanted] = useState("");
  const { table, version } = jobs;
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the table is changed in place
  const counts = useMemo(() => countsOf(table, column), [table, column, version]);
  const filter = filters.find((each) => each.column === column.id);
  const chosen = new Set(filter && "values" in filter ? filter.values : []);
  const found = counts.filter(({ label }) => label.toLowerCase().includes(wanted.trim().toLowerCase()));

  const toggle = (label: string) => {
    const values = chosen.has(label) ? [...chosen].filter((each) => each !== label) : [...chosen, label];
    setFilter(column.id, values.length ? { column: column.id, values } : null);
  };
  return (
    <Stack gap="xs">
      {counts.length > FEW && (
        <TextInput
          size="xs"
          aria-label={`Search values of ${column.label}`}
          placeholder="Search"
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      )}
      <Stack gap={4} className={classes["values"]}>
        {found.slice(0, MOST).map(({ label, count }) => (
          <Group key={label} justify="space-between" wrap="nowrap" gap="xs">
            <Checkbox
              size="xs"
              label={label === "" ? "none" : label}
              checked={chosen.has(label)}
              onChange={() => toggle(label)}
            />
            <Text size="xs" c="dimmed" className="numbers">
              {count.toLocaleString("en")}
            </Text>
          </Group>
        ))}
        {!found.length && <Text size="xs">No value is called so.</Text>}
        {found.length > MOST && (
          <Text size="xs" c="dimmed">
            {found.length - MOST} more: search for them.
          </Text>
        )}
      </Stack>
      <Button size="compact-xs" variant="default" disabled={!filter} onClick={() => setFilter(column.id, null)}>
        Clear
      </Button>
    </Stack>
  );
}
