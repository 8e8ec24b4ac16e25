// One worker: who it is, how it stands, its slots, and, opened, its recent jobs.
import { ActionIcon, Text } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { memo, useEffect, useRef } from "react";

import type { Me, Worker } from "../../api/types";
import { Ago } from "../../parts/Ago";
import { counted } from "../../parts/format";
import { Link } from "../../parts/Link";
import { State } from "../../parts/State";
import { DrainButton } from "./DrainButton";
import { isLate, standing } from "./fleet";
import { Heard } from "./Heard";
import { RecentJobs } from "./RecentJobs";
import { Runs } from "./Runs";
import { Slots } from "./Slots";
import classes from "./Workers.module.css";

const COARSE = 10; // s; how exactly the squares tell how long something runs

interface Given {
  worker: Worker;
  /** When its document was read. */
  now: number;
  isOpen: boolean;
  /** Also while it is shut. */
  showRuns: boolean;
  scopes: Me["scopes"] | undefined;
  onOpen: (workerId: string | undefined) => void;
  onDrain: (worker: Worker) => void;
}

export const WorkerCard = memo(function WorkerCard({ worker, now, isOpen, showRuns, scopes, onOpen, onDrain }: Given) {
  const card = useRef<HTMLLIElement>(null);
  const first = useRef(isOpen);
  useEffect(() => {
    if (first.current) card.current?.scrollIntoView({ block: "center" });
  }, []);
  const id = worker.worker_id;
  const busy = Object.keys(worker.running).length;
  const details = `details-${id}`;
  return (
    <li
      ref={card}
      className={`card ${classes["worker"] ?? ""}`}
      data-open={isOpen || undefined}
      data-late={isLate(worker, now) || undefined}
    >
      <div className={classes["row"]}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Details of ${id}`}
          aria-expanded={isOpen}
          aria-controls={isOpen ? details : undefined}
          onClick={() => onOpen(isOpen ? undefined : id)}
        >
          {isOpen ? <IconChevronDown size={16} /> : <IconChevronRight size={16} />}
        </ActionIcon>
        <div className={classes["who"]}>
          <h2 className={classes["name"]} title={id}>
            {id}
          </h2>
          <Text size="xs" c="dimmed" component="p" truncate>
            {worker.host} · pool {worker.pool}
          </Text>
        </div>
        <div className={classes["standing"]}>
          <State state={standing(worker)} />
          <Text size="xs" c="dimmed" component="p" className="numbers">
            <Heard worker={worker} />
          </Text>
        </div>
        <div className={classes["load"]}>
          {worker.state === "alive" && (
            <Text size="xs" c="dimmed" component="p" className="numbers">
              {busy} of {counted(worker.slots, "slot")} in use
            </Text>
          )}
          <Slots worker={worker} now={Math.ceil(now / COARSE) * COARSE} />
        </div>
        <div className={classes["kind"]}>
          <Text size="xs" c="dimmed" component="p">
            {worker.runtimes.join(", ") || "no runtime"}
            {worker.gpus > 0 && ` · ${counted(worker.gpus, "GPU")}`}
          </Text>
          <Text size="xs" c="dimmed" component="p" className="numbers">
            version {worker.version} · began <Ago at={worker.registered_at} />
          </Text>
        </div>
        <div className={classes["action"]}>
          <DrainButton worker={worker} scopes={scopes} onDrain={onDrain} />
        </div>
      </div>
      {worker.state === "lost" && worker.reason && (
        <Text size="sm" className={classes["note"]}>
          Lost: {worker.reason.replaceAll("_", " ")}
        </Text>
      )}
      {busy > 0 && (isOpen || showRuns) && <Runs worker={worker} />}
      {isOpen && (
        <div id={details} className={classes["details"]}>
          <div className={classes["detailsHead"]}>
            <h3>Recent jobs</h3>
            <Link to={`/activity?worker=${encodeURIComponent(id)}`} size="sm">
              Its events
            </Link>
          </div>
          <RecentJobs workerId={id} />
        </div>
      )}
    </li>
  );
});
