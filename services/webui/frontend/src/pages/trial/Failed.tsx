// Why jobs failed, the most frequent reason first, each leading to its jobs.
import { Anchor, Text } from "@mantine/core";

import type { Trial } from "../../api/types";
import { jobPath, Link } from "../../parts/Link";
import { counted } from "../../parts/format";
import { hrefs } from "../../shell/location";
import { Facts } from "./Facts";
import { Panel } from "./Panel";
import type { Summary } from "./summary";
import { useJobsPath } from "./useJobsPath";

interface Given {
  trial: Trial;
  summary: Summary | undefined;
  isComplete: boolean;
}

export function Failed({ trial, summary, isComplete }: Given) {
  const jobsPath = useJobsPath(trial.trial_id);
  if (!trial.jobs.failed) return null;
  const place = (reason: string) =>
    jobsPath([
      { column: "state", values: ["failed"] },
      { column: "reason", values: [reason] },
    ]);
  return (
    <Panel title="Failures" area="failures" aside={`${counted(trial.jobs.failed, "job")} failed`}>
      <Facts
        facts={(summary?.failures ?? []).map(({ reason, count, row }) => [
          reason || "unknown",
          <>
            <Anchor href={hrefs(place(reason))} inherit underline="always">
              {counted(count, "job")}
            </Anchor>
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
