// One event in the stream: position, time, kind, and what happened; opens to its content.
import type { CSSProperties, MouseEvent } from "react";

import type { RecordedEvent } from "../../api/types";
import { moment } from "../../parts/format";
import classes from "./Activity.module.css";
import { Sentence } from "./Sentence";
import { clockTime, tone } from "./look";
import { typeName, typeWords } from "./wanted";

interface Given {
  event: RecordedEvent;
  now: number;
  top: number;
  height: number;
  isChosen: boolean;
  onChoose: (event: RecordedEvent) => void;
}

export function EventRow({ event, now, top, height, isChosen, onChoose }: Given) {
  const choose = (click: MouseEvent<HTMLElement>) => {
    const isElse = click.target instanceof Element && click.target.closest("a, button");
    if (!isElse && !getSelection()?.toString()) onChoose(event);
  };
  const place: CSSProperties = { transform: `translateY(${top}px)`, height };
  return (
    <div
      role="row"
      className={classes["line"]}
      style={place}
      data-tone={tone(event)}
      data-chosen={isChosen || undefined}
      onClick={choose}
    >
      <span role="cell">
        <button
          type="button"
          className={`${classes["position"] ?? ""} numbers`}
          aria-expanded={isChosen}
          aria-label={`Event ${event.position}`}
          onClick={() => onChoose(event)}
        >
          #{event.position}
        </button>
      </span>
      <span role="cell" className={`${classes["time"] ?? ""} numbers`}>
        <time dateTime={new Date(event.occurred_at * 1000).toISOString()} title={moment(event.occurred_at)}>
          {clockTime(event.occurred_at, now)}
        </time>
      </span>
      <span role="cell" className={classes["type"]}>
        {typeWords(typeName(event))}
      </span>
      <span role="cell" className={classes["what"]}>
        <Sentence event={event} />
      </span>
    </div>
  );
}
