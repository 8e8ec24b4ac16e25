// The best job so far, its params ready to be used elsewhere.
import { Group, Text } from "@mantine/core";

import type { Params, Trial } from "../../api/types";
import { Ago } from "../../parts/Ago";
import { Copy } from "../../parts/Copy";
import { jobPath, Link } from "../../parts/Link";
import { number } from "../../parts/format";
import classes from "./Best.module.css";
import { Panel } from "./Panel";
import { ParamsTable } from "./ParamsTable";
import { flagsOf, jsonOf, yamlOf } from "./writing";

export function Best({ trial }: { trial: Trial }) {
  const { best, jobs } = trial;
  if (!best)
    return (
      <Panel title="Best job" area="best">
        <Text size="sm" c="dimmed">
          {jobs.retracted > 0 && jobs.succeeded === jobs.retracted
            ? "Every result was retracted. The next job that succeeds stands here."
            : "No job has succeeded yet. The first loss that comes in stands here."}
        </Text>
      </Panel>
    );
  // Of a job that became the best because a better one was retracted the gateway may know no params.
  const params = best.params as Params | null;
  return (
    <Panel
      title="Best job"
      area="best"
      aside={
        <>
          <Link to={jobPath(best.job_id)} size="sm">
            Job {best.number}
          </Link>
          <Ago at={best.at} />
        </>
      }
    >
      <div className={`${classes["loss"] ?? ""} numbers`}>
        {number(best.loss)} <Text span size="sm" c="dimmed" fw={400}>loss, {trial.objective}d</Text>
      </div>
      <Improvement trial={trial} />
      {params === null ? (
        <Text size="sm" c="dimmed" my="xs">
          A better result was retracted. The params of this job stand on its page.
        </Text>
      ) : (
        <>
          <ParamsTable params={params} />
          <Group gap="xs" mt="sm">
            <Copy text={jsonOf(params)} what="as JSON" label="JSON" />
            <Copy text={yamlOf(params)} what="as YAML" label="YAML" />
            <Copy text={flagsOf(params)} what="as flags" label="Flags" />
          </Group>
        </>
      )}
    </Panel>
  );
}

function Improvement({ trial: { improvements, best } }: { trial: Trial }) {
  const first = improvements[0];
  if (!first || !best || improvements.length < 2) return null;
  const change = (best.loss - first.loss) / Math.abs(first.loss);
  const sign = change > 0 ? "+" : "−";
  const isShare = first.loss !== 0 && Math.sign(first.loss) === Math.sign(best.loss) && Math.abs(change) < 10;
  return (
    <Text size="sm" c="dimmed" className="numbers" mb={6}>
      {isShare
        ? `${sign}${number(Math.abs(100 * change), 3)} % since job ${first.number} (${number(first.loss)})`
        : `${number(first.loss)} at job ${first.number}`}
    </Text>
  );
}
