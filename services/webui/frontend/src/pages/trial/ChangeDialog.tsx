// Changes what may change of an open trial: budget, parallelism, priority.
import { Alert, Button, Group, Modal, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";

import { useClient } from "../../api/client";
import type { Trial } from "../../api/types";
import { changesOf, draftOfTrial, draftProblems, refusedFields, type FieldName } from "./changes";

const LABELS: readonly (readonly [FieldName, string, string])[] = [
  ["jobs", "Jobs", "In all. Empty: no bound."],
  ["wall_time", "Wall time", "Since the first job began: 90s, 1h30m, 2d. Empty: no bound."],
  ["target_loss", "Target loss", "The trial ends when a job is as good. Empty: none."],
  ["max_failures", "Most failures", "More failed jobs end the trial. Empty: any number."],
  ["parallelism", "Parallelism", "Jobs at once, at the most."],
  ["priority", "Priority", "Higher goes first."],
];

export function ChangeDialog({ trial, close }: { trial: Trial; close: () => void }) {
  const client = useClient();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => draftOfTrial(trial));
  const [refused, setRefused] = useState<ReturnType<typeof refusedFields> | null>(null);
  const [isTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const problems = draftProblems(draft);

  const save = async (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(problems).length) return;
    const changes = changesOf(draft, trial);
    if (!changes) {
      close();
      return;
    }
    setBusy(true);
    try {
      await client.change(trial.trial_id, changes);
    } catch (error) {
      setRefused(refusedFields(error));
      return;
    } finally {
      setBusy(false);
    }
    notifications.show({ message: "The trial is changed" });
    close();
    await queries.invalidateQueries({ queryKey: ["trial", trial.trial_id], exact: true });
  };

  return (
    <Modal opened onClose={close} title={`Change ${trial.name}`} size="lg" closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={(event) => void save(event)} noValidate>
        <Stack>
          {refused?.rest.map((each) => (
            <Alert key={each} color="red" role="alert">
              {each}
            </Alert>
          ))}
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            {LABELS.map(([field, label, description]) => (
              <TextInput
                key={field}
                label={label}
                description={description}
                value={draft[field]}
                inputMode={field === "wall_time" ? "text" : "decimal"}
                error={(isTried ? problems[field] : undefined) ?? refused?.fields[field]}
                data-autofocus={field === "jobs" || undefined}
                onChange={(event) => {
                  const { value } = event.currentTarget;
                  setDraft((before) => ({ ...before, [field]: value }));
                  setRefused(null);
                }}
              />
            ))}
          </SimpleGrid>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={isBusy}>
              Save changes
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
