// The trial as it was submitted, and what was changed of it since.
import { Button, Table, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";

import { ALWAYS } from "../../api/always";
import { useClient } from "../../api/client";
import type { Trial, TrialSpec } from "../../api/types";
import { Copy } from "../../parts/Copy";
import { Failure, Waiting } from "../../parts/Notes";
import { saveAs } from "../../parts/useDownload";
import { changedSince } from "./changes";
import { Panel } from "./Panel";
import classes from "./SpecTab.module.css";

export function SpecTab({ trial, spec }: { trial: Trial; spec: TrialSpec | undefined }) {
  const client = useClient();
  const { data, error, refetch } = useQuery({
    queryKey: ["trial", trial.trial_id, "spec", "yaml"],
    queryFn: () => client.specYaml(trial.trial_id),
    staleTime: Infinity,
    meta: ALWAYS,
  });
  if (data === undefined) return error ? <Failure error={error} retry={() => void refetch()} /> : <Waiting />;
  return (
    <>
      {spec && <Changed trial={trial} spec={spec} />}
      <Panel
        title="As submitted"
        aside={
          <>
            <Copy text={data} what="the YAML" label="Copy" />
            <Button
              size="xs"
              variant="default"
              leftSection={<IconDownload size={16} aria-hidden />}
              onClick={() => saveAs(`${trial.name}.yaml`, new Blob([data], { type: "application/yaml" }))}
            >
              Download
            </Button>
          </>
        }
      >
        <Text size="sm" c="dimmed" mb="xs">
          With this file <code>hyperdock submit</code> begins the same trial again; the seed in it makes it propose
          the same first jobs.
        </Text>
        <pre className={classes["yaml"]} tabIndex={0} aria-label="The trial file">
          {data}
        </pre>
      </Panel>
    </>
  );
}

function Changed({ trial, spec }: { trial: Trial; spec: TrialSpec }) {
  const changes = changedSince(spec, trial);
  if (!changes.length) return null;
  return (
    <div className={classes["changed"]}>
      <Panel title="Changed since">
        <Table horizontalSpacing={0} verticalSpacing={4} className="numbers">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>What</Table.Th>
              <Table.Th>As submitted</Table.Th>
              <Table.Th>Now</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {changes.map(({ name, was, now }) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" fw={400}>
                  {name}
                </Table.Th>
                <Table.Td>{was}</Table.Td>
                <Table.Td fw={600}>{now}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Panel>
    </div>
  );
}
