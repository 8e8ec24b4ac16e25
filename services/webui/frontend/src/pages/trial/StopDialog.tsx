// Asks before a trial is stopped: that cannot be undone.
import { Button, Group, Modal, Stack, Text } from "@mantine/core";

import { useClient } from "../../api/client";
import type { Trial } from "../../api/types";
import { counted } from "../../parts/format";
import { useAction } from "../../parts/useAction";

export function StopDialog({ trial, close }: { trial: Trial; close: () => void }) {
  const client = useClient();
  const { run } = useAction();
  const { running } = trial.jobs;
  const stop = () => {
    close();
    void run("The trial is being stopped", () => client.stopTrial(trial.trial_id));
  };
  return (
    <Modal opened onClose={close} title={`Stop ${trial.name}?`} closeButtonProps={{ "aria-label": "Close" }}>
      <Stack>
        <Text size="sm">
          {running
            ? `${counted(running, "job")} run${running === 1 ? "s" : ""} now and will be cancelled.`
            : "No job runs at this moment."}{" "}
          What has ended is kept. A stopped trial cannot be resumed; a clone of it can go on.
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button color="red" data-autofocus onClick={stop}>
            Stop the trial
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
