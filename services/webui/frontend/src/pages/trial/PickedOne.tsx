// One picked job: how it went, with what params, and what can be done with it.
import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";

import { useAsOf } from "../../moment/context";
import { Act } from "../../parts/Act";
import { Copy } from "../../parts/Copy";
import { duration, number, shown } from "../../parts/format";
import { jobPath } from "../../parts/Link";
import { State } from "../../parts/State";
import { hrefs } from "../../shell/location";
import { nested } from "../../space/outline";
import { useAnalysis } from "./analysis";
import { EnqueueDialog } from "./EnqueueDialog";
import { Facts } from "./Facts";
import classes from "./Picked.module.css";
import { isRetracted, linesOf } from "./picking";
import { RetractDialog } from "./RetractDialog";
import { usePicking } from "./usePicking";
import { jsonOf } from "./writing";

export function PickedOne({ row }: { row: number }) {
  const { trial, spec, jobs } = useAnalysis();
  const [dialog, setDialog] = useState<"enqueue" | "retract" | null>(null);
  const { stop, retry, retract, enqueue, isBusy } = usePicking([row]);
  const asOf = useAsOf();
  const { table } = jobs;
  const params = table.paramsOf(row);
  const loss = table.loss.get(row);
  const seconds = table.finishedAt.get(row) - table.startedAt.get(row);
  const close = () => setDialog(null);
  return (
    <div className={classes["body"]}>
      <Group gap="md">
        <span className={`${classes["loss"] ?? ""} numbers`}>
          {Number.isNaN(loss) ? "no loss" : number(loss)}
        </span>
        <Text span size="sm">
          <State state={table.stateOf(row)} />
        </Text>
        {isRetracted(table, row) && <Text size="sm">retracted</Text>}
        <Text size="sm" c="dimmed" className="numbers">
          {[table.reason.label(row), table.worker.label(row), duration(seconds)].filter(Boolean).join(" · ")}
        </Text>
      </Group>
      <Group gap="xs">
        <Button size="xs" component="a" href={hrefs(asOf(jobPath(table.jobId(row))))}>
          Open
        </Button>
        <Act why={enqueue.why} onClick={() => setDialog("enqueue")}>
          Enqueue these params
        </Act>
        {stop.rows.length > 0 && (
          <Act why={stop.why} loading={isBusy} onClick={stop.run}>
            Stop
          </Act>
        )}
        {retry.rows.length > 0 && (
          <Act why={retry.why} loading={isBusy} onClick={retry.run}>
            Retry
          </Act>
        )}
        {retract.rows.length > 0 && (
          <Act why={retract.why} loading={isBusy} onClick={() => setDialog("retract")}>
            Retract
          </Act>
        )}
        <Copy text={jsonOf(nested(params))} what="the params as JSON" />
      </Group>
      <div className={classes["facts"]}>
        <Facts facts={linesOf(table, [row]).map(({ name, values }) => [name, shown(values[0])] as const)} />
      </div>
      {dialog === "enqueue" && <EnqueueDialog trial={trial} spec={spec} values={params} close={close} />}
      {dialog === "retract" && <RetractDialog count={1} close={close} retract={retract.run} />}
    </div>
  );
}
