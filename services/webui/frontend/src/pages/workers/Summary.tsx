// The fleet in one line.
import type { Totals } from "./fleet";
import classes from "./Workers.module.css";

export function Summary({ totals }: { totals: Totals }) {
  const { alive, busy, slots, gpus, draining, lost } = totals;
  return (
    <dl className={`card ${classes["summary"] ?? ""}`} aria-label="All workers">
      <Figure name="alive" value={alive} />
      <div className={classes["figure"]} data-wide>
        <dt>slots in use</dt>
        <dd className="numbers">
          {busy} <span className={classes["of"]}>of {slots}</span>
          <progress className={classes["meter"]} max={Math.max(1, slots)} value={busy} aria-label="Slots in use" />
        </dd>
      </div>
      <Figure name="GPUs" value={gpus} />
      <Figure name="draining" value={draining} mark={draining > 0 ? "warn" : undefined} />
      <Figure name="lost today" value={lost} mark={lost > 0 ? "bad" : undefined} />
    </dl>
  );
}

function Figure({ name, value, mark }: { name: string; value: number; mark?: string | undefined }) {
  return (
    <div className={classes["figure"]} data-mark={mark}>
      <dt>{name}</dt>
      <dd className="numbers">{value}</dd>
    </div>
  );
}
