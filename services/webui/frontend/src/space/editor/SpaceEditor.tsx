// The search space as rows that can be edited, each with a preview of draws.
import { Button, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useDeferredValue, useMemo } from "react";

import type { RowProblem } from "../check";
import { histograms } from "../draws";
import type { Row } from "../rows";
import { added, duplicated, moved, removed } from "./changes";
import { ParameterRow, type RowActions } from "./ParameterRow";
import classes from "./Space.module.css";

interface Asked {
  rows: readonly Row[];
  onChange: (rows: Row[]) => void;
  problemOf: (id: string, field: RowProblem["field"]) => string | undefined;
  idOf: (id: string, field: RowProblem["field"]) => string;
}

export function SpaceEditor({ rows, onChange, problemOf, idOf }: Asked) {
  const settled = useDeferredValue(rows);
  const drawn = useMemo(() => histograms(settled), [settled]);
  const actions: RowActions = {
    change: (row) => onChange(rows.map((each) => (each.id === row.id ? row : each))),
    move: (id, by) => onChange(moved(rows, id, by)),
    duplicate: (id) => onChange(duplicated(rows, id)),
    remove: (id) => onChange(removed(rows, id)),
  };
  return (
    <div>
      {rows.length > 0 && (
        <div className={classes["head"]} aria-hidden>
          {["Name", "Type", "Low", "High", "Step", "Log", "Draws"].map((each) => (
            <span key={each}>{each}</span>
          ))}
        </div>
      )}
      <ul className={classes["rows"]} aria-label="Parameters">
        {rows.map((row) => (
          <ParameterRow
            key={row.id}
            row={row}
            rows={rows}
            actions={actions}
            histogram={drawn.get(row.id)}
            problemOf={(field) => problemOf(row.id, field)}
            idOf={(field) => idOf(row.id, field)}
          />
        ))}
      </ul>
      {rows.length === 0 && (
        <Text size="sm" c="dimmed" py="xs">
          Nothing is searched yet. Add what the jobs shall differ in.
        </Text>
      )}
      <Button
        size="xs"
        variant="default"
        mt="xs"
        leftSection={<IconPlus size={15} />}
        onClick={() => onChange(added(rows))}
      >
        Add a parameter
      </Button>
    </div>
  );
}
