// Draining with one question for all workers: a dialog in each of 200 cards would be slow.
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useCallback, useState, type ReactNode } from "react";

import { useClient } from "../../api/client";
import type { Worker } from "../../api/types";
import { useAction } from "../../parts/useAction";

/** `drain(worker)` asks first; a drained worker takes jobs again without a question. */
export function useDrain(): { drain: (worker: Worker) => void; question: ReactNode } {
  const client = useClient();
  const { run } = useAction();
  const [asked, setAsked] = useState<string>();
  const [isOpen, setOpen] = useState(false);
  const drain = useCallback(
    ({ worker_id, draining }: Worker) => {
      if (draining) {
        void run(`${worker_id} takes jobs again`, () => client.drain(worker_id, false));
        return;
      }
      setAsked(worker_id);
      setOpen(true);
    },
    [client, run],
  );
  const close = () => setOpen(false);
  const confirm = () => {
    close();
    if (asked !== undefined) void run(`${asked} takes no more jobs`, () => client.drain(asked, true));
  };
  const question = (
    <Modal opened={isOpen} onClose={close} title={`Drain ${asked ?? ""}?`} closeButtonProps={{ "aria-label": "Close" }}>
      <Stack>
        <Text size="sm">
          It takes no more jobs; what it runs goes on. Undrain it, or start its process anew, and it takes jobs again.
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button data-autofocus onClick={confirm}>
            Drain
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
  return { drain, question };
}
