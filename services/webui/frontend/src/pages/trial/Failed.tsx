// Why jobs failed, the most frequent reason first, each leading to its jobs.
import { Text } from "@mantine/core";

import type { Trial } from "../../api/types";
import { jobPath, Link } from "../../parts/Link";
import { counted } from "../../parts/format";
import { Facts } from "./Facts";
import { jobsPath } from "./jobsPath";
import { Panel } from "./Panel";
import type { Summary } from "./summary";

interface Given {
  trial: Trial;
  summary: Summary | undefined;
  isComplete: boolean;
}

export function Failed({ trial, summary, isComplete }: Given) {
  if (!trial.jobs.failed) return null;
  const place = (reason: string) =>
    jobsPath(trial.trial_id, [
      { column: "state", values: ["failed"] },
      { column: "reason", values: [reason] },
    ]);
  return (
    <Panel title="Failures" area="failures" aside={`${counted(trial.jobs.failed, "job")} failed`}>
      <Facts
        facts={(summary?.failures ?? []).map(({ reason, count, row }) => [
          reason || "unknown",
          <>
            <Link to={place(reason)} inherit underline="always">
              {counted(count, "job")}
            </Link>
            , the newest is{" "}
            <Link to={jobPath(`${trial.trial_id}.${row + 1}`)} inherit underline="always">
              job {row + 1}
            </Link>
          </>,
        ])}
      />
      {!isComplete && (
        <Text size="xs" c="dimmed" mt={4}>
          Of the jobs that are loaded so far.
        </Text>
      )}
    </Panel>
  );
}
