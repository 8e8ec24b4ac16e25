// How the best loss of a trial came down (or up), small: one line of plain SVG.
import type { ListedTrial } from "../api/types";
import { counted, number } from "../parts/format";
import { sparkPath } from "./sparkPath";
import classes from "./Sparkline.module.css";

interface Given {
  improvements: ListedTrial["improvements"];
  objective: ListedTrial["objective"];
  /** Up to this job the best was as it is: the number of jobs that there are. */
  until: number;
  width?: number;
  height?: number;
}

const EDGE = 2; // a line at the border is as thick as any

export function Sparkline({ improvements, objective, until, width = 84, height = 24 }: Given) {
  const [first, last] = [improvements[0], improvements.at(-1)];
  if (!first || !last) return null;
  const towards = objective === "maximize" ? "up" : "down";
  const words =
    improvements.length === 1
      ? `Best loss ${number(last.loss)} since job ${last.number}`
      : `Best loss ${towards} from ${number(first.loss)} to ${number(last.loss)} in ` +
        counted(improvements.length - 1, "improvement");
  return (
    <svg className={classes["spark"]} width={width} height={height} role="img" aria-label={words}>
      <title>{words}</title>
      <path
        d={sparkPath(improvements, until, width - 2 * EDGE, height - 2 * EDGE)}
        transform={`translate(${EDGE} ${EDGE})`}
      />
    </svg>
  );
}
