// All jobs of a trial as a table: what is in sight of 100,000 rows and 200 columns is drawn.
import { Button } from "@mantine/core";
import { useState } from "react";

import { useAnalysis } from "../pages/trial/analysis";
import { Empty } from "../parts/Notes";
import { Grid } from "./Grid";
import classes from "./JobsTable.module.css";
import { TableTools } from "./TableTools";
import type { Jump } from "./useJump";
import { useOrder } from "./useOrder";
import { useShownColumns } from "./useShownColumns";
import { HEAD, ROW } from "./widths";

const SCROLLBAR = 18;

export function JobsTable({ height = "max(320px, calc(100vh - 290px))" }: { height?: number | string }) {
  const { jobs, columns, rows, setFilters } = useAnalysis();
  const shownColumns = useShownColumns(columns);
  const order = useOrder(rows, columns);
  const [jump, setJump] = useState<Jump | null>(null);

  if (!jobs.table.size)
    return (
      <Empty title="No jobs yet">
        The first ones appear here as soon as they are proposed. If none come, see whether a worker is there to run them.
      </Empty>
    );
  return (
    <section aria-label="Table of jobs" className={classes["table"]}>
      <TableTools order={order} columns={columns} shown={shownColumns} onJump={(row) => setJump({ row })} />
      {rows.length ? (
        <div className={classes["room"]} style={{ maxHeight: HEAD + rows.length * ROW + SCROLLBAR }}>
          <Grid order={order} columns={shownColumns.shown} height={height} jump={jump} />
        </div>
      ) : (
        <div className="card">
          <Empty title="No job meets the filters">
            <Button mt="xs" size="xs" variant="default" onClick={() => setFilters([])}>
              Clear all filters
            </Button>
          </Empty>
        </div>
      )}
    </section>
  );
}
