// Asks before trials are stopped: nothing starts them again.
import { Button, Group, List, Modal, Stack, Text } from "@mantine/core";

import type { ListedTrial } from "../../api/types";
import { counted } from "../../parts/format";

interface Given {
  trials: readonly ListedTrial[];
  onStop: () => void;
  onClose: () => void;
}

const NAMED = 8;

export default function StopQuestion({ trials, onStop, onClose }: Given) {
  const running = trials.reduce((sum, each) => sum + each.jobs.running, 0);
  const rest = trials.length - NAMED;
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Stop ${counted(trials.length, "trial")}?`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack gap="sm">
        <List size="sm">
          {trials.slice(0, NAMED).map((each) => (
            <List.Item key={each.trial_id}>{each.name}</List.Item>
          ))}
          {rest > 0 && <List.Item>and {counted(rest, "other")}</List.Item>}
        </List>
        <Text size="sm">
          {running > 0 && `${counted(running, "running job")} will be stopped. `}
          Results that are there stay. A stopped trial cannot go on; it can be cloned.
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button color="red" data-autofocus onClick={onStop}>
            Stop {counted(trials.length, "trial")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
