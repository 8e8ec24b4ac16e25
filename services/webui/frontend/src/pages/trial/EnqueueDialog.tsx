// Adds a point to a trial: params to run next, or a loss that is known already.
import { Alert, Button, Group, Modal, Select, SimpleGrid, Stack, Switch, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";

import { useClient } from "../../api/client";
import { ApiProblem } from "../../api/problem";
import type { Trial, TrialSpec } from "../../api/types";
import { useOnce } from "../../parts/useOnce";
import { ParameterField } from "./ParameterField";
import { activeOf, draftOf, paramsOf, partOf, partsOf, problemsOf } from "./points";
import { BEFORE, restOf } from "./refusedPoint";
import { flat } from "./writing";

interface Given {
  trial: Trial;
  spec: TrialSpec;
  /** By parameter, what the form begins with. */
  values?: readonly (readonly [string, unknown])[];
  close: () => void;
}

export function EnqueueDialog({ trial, spec, values = [], close }: Given) {
  const client = useClient();
  const queries = useQueryClient();
  const keyOf = useOnce();
  const parts = partsOf(spec.space);
  const [at, setAt] = useState(() => partOf(parts, values));
  const parameters = parts[at] ?? [];
  const [draft, setDraft] = useState(() => draftOf(parameters, values));
  const [loss, setLoss] = useState<string | null>(null);
  const [isTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);

  const problems = problemsOf(parameters, draft);
  const lossProblem = loss === null || (loss.trim() && Number.isFinite(Number(loss))) ? undefined : "Give a number.";
  const refusedAt = (field: string) => (refused instanceof ApiProblem ? refused.of(field) : undefined);
  const active = activeOf(parameters, draft).filter((each) => each.kind !== "constant");
  const names = new Set(active.map((each) => BEFORE + each.name));
  const rest = restOf(refused, names);

  const fill = (given: readonly (readonly [string, unknown])[]) => {
    const part = partOf(parts, given);
    setAt(part);
    setDraft(draftOf(parts[part] ?? [], given));
    setRefused(null);
  };
  const add = async (event: SyntheticEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(problems).length || lossProblem) return;
    setBusy(true);
    try {
      const params = paramsOf(parameters, draft);
      const point = loss === null ? { params } : { params, loss: Number(loss) };
      await client.addPoints(trial.trial_id, [point], keyOf(point));
    } catch (error) {
      setRefused(error);
      return;
    } finally {
      setBusy(false);
    }
    notifications.show({ message: loss === null ? "The point runs next" : "The result is taken in" });
    close();
    await queries.invalidateQueries({ queryKey: ["trial", trial.trial_id], exact: true });
  };

  return (
    <Modal opened onClose={close} title="Enqueue a point" size="lg" closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={(event) => void add(event)} noValidate>
        <Stack gap="sm">
          <Group justify="space-between">
            <Text size="sm" c="dimmed">
              It is run before what the algorithm proposes, which learns from it.
            </Text>
            {trial.best && (
              <Button size="compact-xs" variant="default" onClick={() => fill(flat(trial.best?.params))}>
                Fill in the best job
              </Button>
            )}
          </Group>
          {rest.map((each) => (
            <Alert key={each} color="red" role="alert">
              {each}
            </Alert>
          ))}
          {parts.length > 1 && (
            <Select
              label="Part of the space"
              data={parts.map((part, index) => ({
                value: String(index),
                label: `${index + 1}: ${part.map((each) => each.name).join(", ")}`,
              }))}
              value={String(at)}
              allowDeselect={false}
              onChange={(value) => {
                setAt(Number(value));
                setDraft(draftOf(parts[Number(value)] ?? []));
              }}
            />
          )}
          <SimpleGrid cols={{ base: 1, xs: 2 }} verticalSpacing="sm">
            {active.map((parameter) => (
              <ParameterField
                key={parameter.name}
                parameter={parameter}
                text={draft[parameter.name] ?? ""}
                problem={(isTried ? problems[parameter.name] : undefined) ?? refusedAt(BEFORE + parameter.name)}
                change={(text) => {
                  setDraft((before) => ({ ...before, [parameter.name]: text }));
                  setRefused(null);
                }}
              />
            ))}
          </SimpleGrid>
          <Switch
            label="I know its loss already"
            description="Nothing is run; it costs nothing of the budget."
            checked={loss !== null}
            onChange={(event) => setLoss(event.currentTarget.checked ? "" : null)}
          />
          {loss !== null && (
            <TextInput
              label="Loss"
              inputMode="decimal"
              value={loss}
              error={(isTried ? lossProblem : undefined) ?? refusedAt("points[0].loss")}
              onChange={(event) => setLoss(event.currentTarget.value)}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={isBusy}>
              {loss === null ? "Enqueue" : "Add the result"}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
