// Which jobs are shown: states to choose by one click, the filters that hold, and how many jobs meet them.
import { Button, CloseButton, Text, UnstyledButton } from "@mantine/core";
import { useMemo } from "react";

import { useAnalysis } from "../pages/trial/analysis";
import { counted } from "../parts/format";
import { State } from "../parts/State";
import type { JobState } from "../api/types";
import { countsOf } from "./counts";
import classes from "./FilterBar.module.css";
import { STATES } from "./table";
import { useAnnouncement } from "./useAnnouncement";
import { demand } from "./words";

export function FilterBar() {
  const { jobs, columns, filters, setFilter, setFilters, rows } = useAnalysis();
  const { table } = jobs;
  const said = useAnnouncement(filters, `${counted(rows.length, "job")} shown`);
  const whole = counted(table.size, "job");
  const others = filters.filter((each) => each.column !== "state" || !("values" in each));
  return (
    <div className={classes["bar"]}>
      <States />
      {others.map((filter) => {
        const column = columns.find((each) => each.id === filter.column);
        const name = column?.label ?? filter.column;
        return (
          <span key={filter.column} className={classes["chip"]}>
            <span className={classes["text"]}>
              <b>{name}</b> {column ? demand(filter, column.kind) : "is no column of this trial"}
            </span>
            <CloseButton size="xs" aria-label={`Remove the filter by ${name}`} onClick={() => setFilter(filter.column, null)} />
          </span>
        );
      })}
      {filters.length > 0 && (
        <Button size="compact-xs" variant="subtle" onClick={() => setFilters([])}>
          Clear all
        </Button>
      )}
      <Text size="sm" ml="auto" className="numbers">
        {filters.length ? `${rows.length.toLocaleString("en")} of ${whole}` : whole}
      </Text>
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </div>
  );
}

/** Each state that jobs are in, to show only those. */
function States() {
  const { jobs, columns, filters, setFilter } = useAnalysis();
  const { table, version } = jobs;
  const column = columns.find((each) => each.id === "state");
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the table is changed in place
  const counts = useMemo(() => (column ? countsOf(table, column) : []), [table, column, version]);
  const filter = filters.find((each) => each.column === "state");
  const chosen = filter && "values" in filter ? filter.values : [];
  const toggle = (state: JobState) => {
    const values = chosen.includes(state) ? chosen.filter((each) => each !== state) : [...chosen, state];
    setFilter("state", values.length ? { column: "state", values } : null);
  };
  return (
    <div role="group" aria-label="States" className={classes["states"]}>
      {STATES.map((state) => {
        const count = counts.find(({ label }) => label === state)?.count ?? 0;
        if (!count && !chosen.includes(state)) return null;
        return (
          <UnstyledButton
            key={state}
            className={classes["state"]}
            aria-pressed={chosen.includes(state)}
            onClick={() => toggle(state)}
          >
            <State state={state} /> <span className="numbers">{count.toLocaleString("en")}</span>
          </UnstyledButton>
        );
      })}
    </div>
  );
}
