// One trial of the list: a row, or a card where the page is narrow (the style sheet decides).
import { memo, useEffect, useRef } from "react";

import { Sparkline } from "../../charts/Sparkline";
import type { ListedTrial } from "../../api/types";
import { Ago } from "../../parts/Ago";
import { Link, trialPath } from "../../parts/Link";
import { State } from "../../parts/State";
import { number } from "../../parts/format";
import { Progress } from "./Progress";
import { RowMenu } from "./RowMenu";
import { Took } from "./Took";
import type { ActionName } from "./actions";
import classes from "./TrialTable.module.css";

export interface RowGiven {
  trial: ListedTrial;
  index: number;
  top: number;
  isSelected: boolean;
  /** Where the keys are; `here`: and the focus goes there. */
  cursor: "" | "here" | "set";
  refusal: string | undefined;
  toggle: (id: string, range: boolean) => void;
  enter: (id: string) => void;
  act: (name: ActionName, trials: readonly ListedTrial[]) => void;
}

export const TrialRow = memo(function TrialRow({ trial, index, top, isSelected, cursor, ...given }: RowGiven) {
  const { trial_id, name, jobs, best } = trial;
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (cursor === "here") row.current?.focus({ preventScroll: true });
  }, [cursor]);
  return (
    <div
      ref={row}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      tabIndex={cursor ? 0 : -1}
      data-trial={trial_id}
      className={classes["row"]}
      style={{ transform: `translateY(${top}px)` }}
      onFocus={() => given.enter(trial_id)}
    >
      <div role="gridcell" className={classes["check"]}>
        <input
          type="checkbox"
          aria-label={`Select ${name}`}
          checked={isSelected}
          onChange={(event) => given.toggle(trial_id, (event.nativeEvent as MouseEvent).shiftKey)}
        />
      </div>
      <div role="gridcell" className={classes["name"]}>
        <Link to={trialPath(trial_id)} title={trial_id} className={classes["link"]}>
          {name}
        </Link>
        <Tags trial={trial} />
      </div>
      <div role="gridcell" className={classes["state"]}>
        <State state={trial.state} />
        <Why trial={trial} />
      </div>
      <div role="gridcell" className={classes["progress"]}>
        <Progress trial={trial} />
      </div>
      <div role="gridcell" className={classes["best"]}>
        <span className="numbers">{best ? number(best.loss, 5) : <span className={classes["faint"]}>no loss yet</span>}</span>
        <Sparkline improvements={trial.improvements} objective={trial.objective} until={jobs.proposed} />
      </div>
      <Count className={classes["running"]} count={jobs.running} word="running" />
      <Count className={classes["failed"]} count={jobs.failed} word="failed" />
      <div role="gridcell" className={classes["age"]}>
        <Ago at={trial.submitted_at} />
        <Took trial={trial} />
      </div>
      <div role="gridcell" className={classes["target"]}>
        <span className={classes["cut"]}>{trial.algorithm}</span>
        <Target trial={trial} />
      </div>
      <div role="gridcell" className={classes["menu"]}>
        <RowMenu trial={trial} refusal={given.refusal} act={given.act} />
      </div>
    </div>
  );
});

const REASONS: Readonly<Record<string, string>> = {
  space: "all was tried",
  user: "by hand",
  target_loss: "good enough",
  wall_time: "time is up",
  max_failures: "too many failures",
  hopeless: "all jobs failed",
};

/** Why a trial ended before all its jobs were there. */
function Why({ trial: { reason, message } }: { trial: ListedTrial }) {
  if (!reason || reason === "jobs") return null;
  return (
    <span className={`${classes["cut"]} ${classes["faint"]}`} title={message}>
      {REASONS[reason] ?? reason.replaceAll("_", " ")}
    </span>
  );
}

function Tags({ trial: { tags, archived } }: { trial: ListedTrial }) {
  if (!tags.length && !archived) return null;
  return (
    <span className={classes["tags"]}>
      {archived && <span className={classes["tag"]}>archived</span>}
      {tags.map((tag) => (
        <span key={tag} className={classes["tag"]}>
          {tag}
        </span>
      ))}
    </span>
  );
}

function Count({ className, count, word }: { className: string | undefined; count: number; word: string }) {
  return (
    <div role="gridcell" className={className} data-none={count === 0}>
      <span className="numbers">{count.toLocaleString("en")}</span> <span className={classes["word"]}>{word}</span>
    </div>
  );
}

function Target({ trial: { image, command, external } }: { trial: ListedTrial }) {
  const text = image ?? command?.join(" ") ?? (external ? "external" : "");
  return (
    <span className={`${classes["cut"]} ${classes["faint"]}`} title={text}>
      {text}
    </span>
  );
}
