// Lets a worker take no more jobs, or take jobs again. Needs an administrator's token.
import { Button, Tooltip } from "@mantine/core";

import type { Me, Worker } from "../../api/types";

const NOT_ADMIN = "Your token may not drain workers: that takes the scope admin";

interface Given {
  worker: Worker;
  /** What the token may do; undefined: it is not known yet. */
  scopes: Me["scopes"] | undefined;
  onDrain: (worker: Worker) => void;
}

export function DrainButton({ worker, scopes, onDrain }: Given) {
  if (worker.state !== "alive") return null;
  const word = worker.draining ? "Undrain" : "Drain";
  const label = `${word} ${worker.worker_id}`;
  if (scopes && !scopes.includes("admin"))
    return (
      <Tooltip label={scopes.includes("submit") ? NOT_ADMIN : "Your token may only read"}>
        <Button size="compact-xs" variant="default" data-disabled aria-disabled aria-label={label}>
          {word}
        </Button>
      </Tooltip>
    );
  return (
    <Button size="compact-xs" variant="default" aria-label={label} onClick={() => onDrain(worker)}>
      {word}
    </Button>
  );
}
