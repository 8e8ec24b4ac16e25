// What can be done with a job; what the token does not allow is shown, but closed.
import { Button, Tooltip } from "@mantine/core";
import { IconCopyPlus, IconPlayerStop, IconPlus, IconRotate, IconX } from "@tabler/icons-react";
import { lazy, Suspense, useState, type ReactElement } from "react";

import { useClient } from "../../api/client";
import { useMe } from "../../api/queries";
import type { Job } from "../../api/types";
import { Confirm } from "../../parts/Confirm";
import { useAction } from "../../parts/useAction";
import { useRefusal } from "../../parts/useRights";
import { hrefs } from "../../shell/location";
import { RetractDialog } from "../trial/RetractDialog";

const EnqueueAgain = lazy(() => import("./EnqueueAgain"));

type Dialog = "retract" | "enqueue" | null;

export function JobActions({ job }: { job: Job }) {
  const client = useClient();
  const me = useMe();
  const { run, isBusy } = useAction();
  const [dialog, setDialog] = useState<Dialog>(null);
  const refusal = useRefusal();
  const isAllowed = refusal === undefined && me.data !== undefined;
  const isClosed = !isAllowed || isBusy;
  const isOpen = job.state === "pending" || job.state === "running";
  const button = { size: "xs", variant: "default", disabled: isClosed } as const;
  const guard = (control: ReactElement) => (
    <Tooltip label={refusal} disabled={refusal === undefined}>
      <span>{control}</span>
    </Tooltip>
  );

  return (
    <>
      {isOpen &&
        guard(
          <Confirm
            {...button}
            disabled={isClosed || job.stop_requested !== null}
            leftSection={<IconPlayerStop size={15} />}
            label={job.stop_requested === null ? "Stop" : "Stopping"}
            question={`Stop job ${job.number}?`}
            confirm="Stop the job"
            onConfirm={() => void run("The job is being stopped", () => client.stopJob(job.job_id))}
          >
            It ends as cancelled, without a loss. The trial goes on.
          </Confirm>,
        )}
      {!isOpen &&
        job.state !== "succeeded" &&
        guard(
          <Button
            {...button}
            leftSection={<IconRotate size={15} />}
            onClick={() => void run("The job runs again as a new job", () => client.retryJob(job.job_id))}
          >
            Retry
          </Button>,
        )}
      {job.state === "succeeded" &&
        job.retracted === null &&
        guard(
          <Button {...button} leftSection={<IconX size={15} />} onClick={() => setDialog("retract")}>
            Retract
          </Button>,
        )}
      {guard(
        <Button {...button} leftSection={<IconPlus size={15} />} onClick={() => setDialog("enqueue")}>
          Enqueue like this
        </Button>,
      )}
      <Button
        size="xs"
        variant="default"
        component="a"
        href={hrefs(`/new?clone=${encodeURIComponent(job.trial_id)}`)}
        leftSection={<IconCopyPlus size={15} />}
      >
        Clone trial
      </Button>
      {dialog === "retract" && (
        <RetractDialog
          count={1}
          close={() => setDialog(null)}
          retract={(reason) => void run("The result is retracted", () => client.retractJob(job.job_id, reason))}
        />
      )}
      {dialog === "enqueue" && (
        <Suspense>
          <EnqueueAgain job={job} onClose={() => setDialog(null)} />
        </Suspense>
      )}
    </>
  );
}
