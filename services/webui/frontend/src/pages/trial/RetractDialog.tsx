// Asks why a result is taken back: it stays in the history of the trial.
import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";

import { counted } from "../../parts/format";

interface Given {
  count: number;
  close: () => void;
  retract: (reason: string) => void;
}

export function RetractDialog({ count, close, retract }: Given) {
  const [reason, setReason] = useState("");
  const [isTried, setTried] = useState(false);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (!reason.trim()) return;
    close();
    retract(reason.trim());
  };
  return (
    <Modal
      opened
      onClose={close}
      title={`Retract ${counted(count, "result")}?`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          <Text size="sm">
            Its loss counts no more: not as the best, and not for what the algorithm proposes next. This cannot be
          undone.
          </Text>
          <Textarea
            label="Reason"
            placeholder="For example: the data was the wrong version"
            value={reason}
            maxLength={1000}
            autosize
            minRows={2}
            data-autofocus
            error={isTried && !reason.trim() ? "Say why." : undefined}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button color="red" type="submit">
              Retract
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
