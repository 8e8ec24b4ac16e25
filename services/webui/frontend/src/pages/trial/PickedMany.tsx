// Several picked jobs side by side, what differs marked.
import { Group, Text } from "@mantine/core";
import { useState } from "react";

import { Act } from "../../parts/Act";
import { ComparedRow } from "../../parts/ComparedRow";
import { number, shown } from "../../parts/format";
import { jobPath, Link } from "../../parts/Link";
import { State } from "../../parts/State";
import { useAnalysis } from "./analysis";
import classes from "./Picked.module.css";
import { linesOf } from "./picking";
import { RetractDialog } from "./RetractDialog";
import { usePicking } from "./usePicking";

const DIGITS = 5;
const MOST = 8; // side by side; more nobody compares by eye

export function PickedMany({ rows }: { rows: readonly number[] }) {
  const { jobs } = useAnalysis();
  const [isRetracting, setRetracting] = useState(false);
  const { stop, retry, retract, isBusy } = usePicking(rows);
  const { table } = jobs;
  const compared = rows.slice(0, MOST);
  return (
    <div className={classes["body"]}>
      <Group gap="xs">
        <Act why={stop.why} loading={isBusy} onClick={stop.run}>
          Stop {stop.rows.length || ""}
        </Act>
        <Act why={retry.why} loading={isBusy} onClick={retry.run}>
          Retry {retry.rows.length || ""}
        </Act>
        <Act why={retract.why} loading={isBusy} onClick={() => setRetracting(true)}>
          Retract {retract.rows.length || ""}
        </Act>
      </Group>
      <div className={classes["scroll"]} tabIndex={0} role="region" aria-label="Picked jobs side by side">
        <table className={`${classes["table"] ?? ""} numbers`}>
          <thead>
            <tr>
              <th scope="col">Job</th>
              {compared.map((row) => (
                <th key={row} scope="col">
                  <Link to={jobPath(table.jobId(row))} inherit>{row + 1}</Link>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">State</th>
              {compared.map((row) => (
                <td key={row}>
                  <State state={table.stateOf(row)} withoutWord />
                </td>
              ))}
            </tr>
            <tr data-different="true">
              <th scope="row">Loss</th>
              {compared.map((row) => (
                <td key={row}>{number(table.loss.get(row), DIGITS)}</td>
              ))}
            </tr>
            {linesOf(table, compared).map(({ name, values, isDifferent }) => (
              <ComparedRow key={name} name={name} isDifferent={isDifferent} cells={values.map(cellOf)} />
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > MOST && (
        <Text size="xs" c="dimmed">
          The first {MOST} of {rows.length} are side by side.
        </Text>
      )}
      {isRetracting && (
        <RetractDialog count={retract.rows.length} close={() => setRetracting(false)} retract={retract.run} />
      )}
    </div>
  );
}

const cellOf = (value: unknown): string =>
  value === undefined ? "" : typeof value === "number" ? number(value, DIGITS) : shown(value);
