// Goes through a trial's history: a slider, single steps, a film. The moment stands in the address, so
// a link leads to it.
import { ActionIcon, Button, Text, Tooltip } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import {
  IconHistory,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerTrackNext,
  IconPlayerTrackPrev,
} from "@tabler/icons-react";
import { useState, type ReactNode } from "react";

import { useClient } from "../../api/client";
import type { Trial } from "../../api/types";
import { useMoment, type Moment } from "../../moment/context";
import { counted, moment as when, number } from "../../parts/format";
import { attempt } from "../../parts/useAction";
import { useQueryState } from "../../shell/location";
import classes from "./TimeTravel.module.css";
import { SPEEDS, useFilm } from "./useFilm";
import { neighbour, readSpan, useSpan } from "./useSpan";

const REST = 120; // ms that the slider rests before the page follows it

const ENDED = ["succeeded", "failed", "pruned", "cancelled"] as const;

/** The way into the past, from today. */
export function TravelButton({ trialId }: { trialId: string }) {
  const client = useClient();
  const [, change] = useQueryState();
  if (useMoment()) return null;
  const begin = async () => {
    const { last } = await readSpan(client, trialId);
    change({ at: String(last) }, { push: true });
  };
  return (
    <Tooltip label="Go back in time">
      <ActionIcon variant="subtle" color="gray" aria-label="Go back in time" onClick={() => void attempt(begin)}>
        <IconHistory size={16} />
      </ActionIcon>
    </Tooltip>
  );
}

/** Where the past is shown: which moment, and how to get to another one. */
export function TimeTravel(given: { trialId: string; trial: Trial | undefined }) {
  const moment = useMoment();
  return moment && <Bar {...given} moment={moment} />;
}

/** `trial`: as it was then; undefined: that could not be read. */
function Bar({ trialId, trial, moment }: { trialId: string; trial: Trial | undefined; moment: Moment }) {
  const { at, time, isMoving, live } = moment;
  const span = useSpan(live, trialId);
  const [, change] = useQueryState();
  const [drawn, setDrawn] = useState<number | null>(null);
  const go = (to: number) => {
    setDrawn(null);
    change({ at: String(to) });
  };
  const follow = useDebouncedCallback(go, REST);
  const film = useFilm(at, span, isMoving, go);
  const step = (way: 1 | -1) => attempt(async () => {
    const next = await neighbour(live, trialId, at, way);
    if (next !== null) go(next);
  });
  return (
    <section className={classes["bar"]} aria-label="Time travel" aria-busy={isMoving}>
      <div className={classes["keys"]}>
        <Key label="The event before" run={() => void step(-1)} off={span && at <= span.first}>
          <IconPlayerTrackPrev size={16} />
        </Key>
        <Key label={film.isPlaying ? "Pause the film" : "Play as a film"} run={film.toggle}>
          {film.isPlaying ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
        </Key>
        <Key label="The next event" run={() => void step(1)} off={span && at >= span.last}>
          <IconPlayerTrackNext size={16} />
        </Key>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          aria-label={`Speed ${film.speed}, change it`}
          onClick={() => film.setSpeed(SPEEDS[(SPEEDS.indexOf(film.speed) + 1) % SPEEDS.length] ?? 1)}
        >
          {film.speed}×
        </Button>
      </div>
      <input
        type="range"
        className={classes["slider"]}
        aria-label="Moment"
        aria-valuetext={`${when(time)}, event ${at.toLocaleString("en")}`}
        min={span?.first ?? at}
        max={span?.last ?? at}
        value={drawn ?? at}
        onChange={(event) => {
          setDrawn(event.currentTarget.valueAsNumber);
          follow(event.currentTarget.valueAsNumber);
        }}
      />
      <Text size="sm" className={`${classes["said"] ?? ""} numbers`}>
        As of {when(time)}, event {at.toLocaleString("en")}{trial && `: ${outcome(trial)}`}
      </Text>
      <Button size="compact-sm" variant="light" onClick={() => change({ at: undefined }, { push: true })}>
        Back to now
      </Button>
    </section>
  );
}

function outcome({ jobs, best }: Trial): string {
  const ended = ENDED.reduce((sum, state) => sum + jobs[state], 0);
  return `${counted(ended, "job")} ended${best ? `, best ${number(best.loss)}` : ""}`;
}

interface KeyGiven {
  label: string;
  run: () => void;
  off?: boolean | undefined;
  children: ReactNode;
}

function Key({ label, run, off = false, children }: KeyGiven) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={label}
        aria-disabled={off}
        data-disabled={off || undefined}
        onClick={() => {
          if (!off) run();
        }}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
