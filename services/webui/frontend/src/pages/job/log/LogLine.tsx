// One line of a log: its text, its colours, and what was found in it.
import { memo } from "react";

import { PLAIN, type Style } from "./ansi";
import type { Line } from "./lines";
import classes from "./Log.module.css";
import { partsOf, type Match } from "./search";

const NONE: readonly Match[] = [];

interface Given {
  line: Line;
  matches?: readonly Match[] | undefined;
  /** Which of its matches is the one that people are at; -1: none. */
  current: number;
}

export const LogLine = memo(function LogLine({ line, matches = NONE, current }: Given) {
  if (!matches.length && !line.runs.length) return line.text || " ";
  return partsOf(line.text, line.runs, matches).map((part, index) => {
    const shown = <Styled key={index} text={part.text} style={part.style ?? PLAIN} />;
    if (part.match < 0) return shown;
    return (
      <mark key={index} className={classes["mark"]} data-current={part.match === current || undefined}>
        {shown}
      </mark>
    );
  });
});

function Styled({ text, style }: { text: string; style: Style }) {
  if (style === PLAIN) return text;
  const [fg, bg] = style.inverse ? [style.bg ?? "ground", style.fg ?? "text"] : [style.fg, style.bg];
  return (
    <span
      className={classes["styled"]}
      data-fg={fg ?? undefined}
      data-bg={bg ?? undefined}
      data-bold={style.bold || undefined}
      data-dim={style.dim || undefined}
      data-italic={style.italic || undefined}
      data-underline={style.underline || undefined}
    >
      {text}
    </span>
  );
}
