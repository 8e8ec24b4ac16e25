// The jobs that a worker has had last.
import { Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { useClient } from "../../api/client";
import { Ago } from "../../parts/Ago";
import { duration, number } from "../../parts/format";
import { jobPath, Link, trialPath } from "../../parts/Link";
import { trialName } from "../../parts/names";
import { Failure, Waiting } from "../../parts/Notes";
import { State } from "../../parts/State";
import classes from "./Workers.module.css";

const SHOWN = 12;

export function RecentJobs({ workerId }: { workerId: string }) {
  const client = useClient();
  const { data, error, refetch } = useQuery({
    queryKey: ["worker", workerId, "recent"],
    queryFn: () => client.jobs({ worker_id: workerId, limit: SHOWN }),
    refetchInterval: 5_000,
  });
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting what="Loading its jobs" />;
  if (!data.items.length)
    return (
      <Text size="sm" c="dimmed">
        It has had no job yet.
      </Text>
    );
  return (
    <div className={classes["scroll"]} role="region" aria-label={`Recent jobs of ${workerId}`} tabIndex={0}>
      <Table verticalSpacing={4} fz="sm" className={classes["recent"]}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Job</Table.Th>
            <Table.Th>Trial</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th ta="right">Loss</Table.Th>
            <Table.Th ta="right">Attempt</Table.Th>
            <Table.Th ta="right">Took</Table.Th>
            <Table.Th ta="right">Ended</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.items.map((job) => (
            <Table.Tr key={job.job_id}>
              <Table.Td>
                <Link to={jobPath(job.job_id)} size="sm" className="numbers">
                  job {job.number}
                </Link>
              </Table.Td>
              <Table.Td>
                <Link to={trialPath(job.trial_id)} size="sm" title={job.trial_id}>
                  {trialName(job.trial_id)}
                </Link>
              </Table.Td>
              <Table.Td>
                <State state={job.state} />
                {job.reason && <span className={classes["reason"]}>{job.reason.replaceAll("_", " ")}</span>}
              </Table.Td>
              <Table.Td className="numbers" ta="right">
                {number(job.loss)}
              </Table.Td>
              <Table.Td className="numbers" ta="right">
                {job.attempt}
              </Table.Td>
              <Table.Td className="numbers" ta="right">
                {job.finished_at !== null && job.started_at !== null ? duration(job.finished_at - job.started_at) : ""}
              </Table.Td>
              <Table.Td className="numbers" ta="right">
                <Ago at={job.finished_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
