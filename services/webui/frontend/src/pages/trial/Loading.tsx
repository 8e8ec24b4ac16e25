// How far the reading of very many jobs is.
import { Progress, Text } from "@mantine/core";

import type { Jobs } from "../../jobs/useJobTable";
import classes from "./Loading.module.css";

const MANY = 5_000; // fewer are there at once

export function Loading({ jobs }: { jobs: Jobs | undefined }) {
  if (!jobs || jobs.isComplete || jobs.table.size <= MANY) return null;
  const { loaded, size } = jobs.table;
  return (
    <div className={classes["loading"]}>
      <Progress size="xs" value={(100 * loaded) / size} aria-label="Jobs loaded" />
      <Text size="xs" c="dimmed" className="numbers">
        {loaded.toLocaleString("en")} of {size.toLocaleString("en")} jobs loaded, the newest first
      </Text>
    </div>
  );
}
