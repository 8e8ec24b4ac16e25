// What stands between the draft and a trial: what is wrong, else what it would be; and the button that submits it.
import { Alert, Anchor, Button, Kbd, Text } from "@mantine/core";

import { counted, duration } from "../../parts/format";
import type { Validated } from "../../api/types";
import type { Problem } from "./check";
import type { Draft } from "./draft";
import classes from "./New.module.css";
import { wordOf } from "./placing";
import type { Submission } from "./useSubmission";
import type { Checked } from "./useChecked";

interface Asked {
  draft: Draft;
  problems: readonly Problem[];
  isReady: boolean;
  checked: Checked;
  submission: Submission;
  maySubmit: boolean;
  /** The token is known, and may not submit. */
  isReader: boolean;
  onSubmit: () => void;
  onGo: (field: string) => void;
}

export function CheckPanel(asked: Asked) {
  const { draft, problems, isReady, checked, submission, maySubmit, isReader, onSubmit, onGo } = asked;
  const failure = submission.failure ?? checked.failure;
  const validated = isReady ? checked.validated : null;
  return (
    <section aria-label="Submit" className={`card ${classes["panel"]}`}>
      <Button fullWidth loading={submission.isBusy} disabled={!maySubmit} onClick={onSubmit}>
        Submit the trial
      </Button>
      <Text size="xs" c="dimmed" ta="center" className={classes["keys"]}>
        or <Kbd size="xs">Ctrl</Kbd> <Kbd size="xs">Enter</Kbd>
      </Text>
      {isReader && (
        <Text size="sm">Your token may only read. To submit trials, log in with one that may.</Text>
      )}
      {failure !== null && (
        <Alert color="red" title="The gateway did not take it" role="alert">
          {failure}
        </Alert>
      )}
      <div role="status">
        {draft.isBroken ? (
          <Text size="sm">The YAML cannot be read yet.</Text>
        ) : problems.length ? (
          <List problems={problems} draft={draft} onGo={onGo} />
        ) : (
          <Outcome validated={validated} isBehind={checked.isBehind && maySubmit} />
        )}
      </div>
    </section>
  );
}

function List({ problems, draft, onGo }: Pick<Asked, "problems" | "draft" | "onGo">) {
  return (
    <>
      <Text size="sm" fw={600}>
        {counted(problems.length, "thing")} to mend
      </Text>
      <ul className={classes["problems"]}>
        {problems.map(({ field, problem }) => (
          <li key={`${field} ${problem}`}>
            {field && (
              <Anchor component="button" type="button" size="sm" onClick={() => onGo(field)}>
                {wordOf(field, draft.rows)}
              </Anchor>
            )}
            <Text size="sm" span>
              {field ? " " : ""}
              {problem}
            </Text>
          </li>
        ))}
      </ul>
    </>
  );
}

const RUNS_IN = { docker: "containers", process: "processes on the worker's host", external: "programs of your own" };

function Outcome({ validated, isBehind }: { validated: Validated | null; isBehind: boolean }) {
  if (!validated)
    return (
      <Text size="sm" c="dimmed">
        {isBehind ? "Checking…" : "Fill in the form; it is checked as you type."}
      </Text>
    );
  const { spec, space, notes, runs_in } = validated;
  const size = space.size === null ? "continuous" : counted(space.size, "point");
  const facts: [string, string][] = [
    ["Jobs run in", RUNS_IN[runs_in]],
    ["Space", `${counted(space.dimensions, "dimension")}, ${size}`],
    ["Algorithm", spec.algorithm.name],
    ["Ends after", ends(spec)],
    ["At once", counted(spec.parallelism, "job")],
  ];
  return (
    <>
      <Text size="sm" fw={600}>
        {isBehind ? "Checking…" : "Ready to submit"}
      </Text>
      <dl className={classes["facts"]}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="numbers">{value}</dd>
          </div>
        ))}
      </dl>
      {notes.length > 0 && (
        <ul className={classes["notes"]}>
          {notes.map((note) => (
            <li key={note}>{note.charAt(0).toUpperCase() + note.slice(1)}.</li>
          ))}
        </ul>
      )}
    </>
  );
}

function ends({ budget }: Validated["spec"]): string {
  const parts = [
    budget.jobs !== null && counted(budget.jobs, "job"),
    budget.wall_time !== null && duration(budget.wall_time),
    budget.target_loss !== null && `a loss of ${budget.target_loss}`,
  ].filter((each) => each !== false);
  return parts.join(" or ") || "the whole space, or your stop";
}
