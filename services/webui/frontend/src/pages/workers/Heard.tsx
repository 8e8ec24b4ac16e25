// When a worker was heard of last; said aloud where that is too long ago.
import { IconAlertTriangle } from "@tabler/icons-react";

import type { Worker } from "../../api/types";
import { Ago } from "../../parts/Ago";
import { useNow } from "../../parts/clock";
import { isLate } from "./fleet";
import classes from "./Workers.module.css";

export function Heard({ worker }: { worker: Worker }) {
  const late = isLate(worker, useNow());
  if (worker.state !== "alive")
    return (
      <span>
        {worker.state} <Ago at={worker.updated_at} />
      </span>
    );
  if (worker.last_seen === null) return <span>no heartbeat yet</span>;
  return (
    <span className={late ? classes["late"] : undefined}>
      {late && <IconAlertTriangle size={14} aria-hidden />}
      {late ? "no heartbeat since " : "heartbeat "}
      <Ago at={worker.last_seen} />
    </span>
  );
}
