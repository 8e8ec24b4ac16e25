// Where the draft comes from, and a way back where it was replaced.
import { Button, Checkbox, CloseButton, Group, Text } from "@mantine/core";

import type { Best, TrialSpec } from "../../api/types";
import { number } from "../../parts/format";
import { Link, trialPath } from "../../parts/Link";
import { beginsWith } from "./cloning";
import { useForm } from "./form";
import classes from "./New.module.css";
import type { Drafting } from "./useDraft";

/** The trial that is cloned, or forked. */
export interface Source {
  trialId: string;
  name: string;
  best: Best | null;
  spec: TrialSpec;
  isFork: boolean;
}

export function SourceNote({ source: { trialId, name, best } }: { source: Source }) {
  const { draft, change } = useForm();
  return (
    <div className={`card ${classes["note"]}`}>
      <Text size="sm">
        A copy of <Link to={trialPath(trialId)}>{name}</Link>, with a seed of its own and without its points.
      </Text>
      {best && (
        <Checkbox
          label={`Run its best parameters first (loss ${number(best.loss)})`}
          checked={beginsWith(draft.document, best.params)}
          onChange={(event) => {
            const points = event.currentTarget.checked ? [{ params: best.params }] : undefined;
            change({ kind: "field", field: "points", value: points });
          }}
        />
      )}
    </div>
  );
}

export function Replaced({ replaced }: { replaced: Drafting["replaced"] }) {
  return (
    <div role="status">
      {replaced && (
        <div className={`card ${classes["note"]}`}>
          <Text size="sm">{replaced.why}</Text>
          <Group gap="xs">
            <Button size="compact-sm" variant="default" onClick={replaced.undo}>
              Undo
            </Button>
            <CloseButton size="sm" aria-label="Dismiss" onClick={replaced.dismiss} />
          </Group>
        </div>
      )}
    </div>
  );
}
