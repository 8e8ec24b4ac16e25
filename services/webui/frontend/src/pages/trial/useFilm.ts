// Plays a trial's history: one frame after another, each when the one before has been drawn.
import { useEffect, useEffectEvent, useState } from "react";

import type { Span } from "./useSpan";

const FRAMES = 120; // in a film at plain speed
const PAUSE = 120; // ms between two frames at least, or nobody sees them

export const SPEEDS = [1, 2, 4] as const;
export type Speed = (typeof SPEEDS)[number];

/** The moment of the next frame. */
export function nextFrame(at: number, { first, last }: Span, speed: Speed): number {
  return Math.min(last, at + Math.max(1, Math.round(((last - first) / FRAMES) * speed)));
}

interface Film {
  isPlaying: boolean;
  speed: Speed;
  setSpeed: (speed: Speed) => void;
  toggle: () => void;
}

export function useFilm(at: number, span: Span | undefined, isMoving: boolean, go: (at: number) => void): Film {
  const [isPlaying, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<Speed>(1);
  const isOver = span !== undefined && at >= span.last;
  if (isPlaying && isOver) setPlaying(false); // or it goes on by itself once somebody goes back, or more happens
  const turn = useEffectEvent(() => {
    if (span) go(nextFrame(at, span, speed));
  });

  useEffect(() => {
    if (!isPlaying || isMoving || isOver) return undefined;
    const timer = setTimeout(turn, PAUSE);
    return () => clearTimeout(timer);
  }, [isPlaying, isMoving, isOver, at]);

  const toggle = () => {
    const begins = !isPlaying || isOver;
    if (begins && isOver) go(span.first); // from the beginning again
    setPlaying(begins);
  };
  return { isPlaying, speed, setSpeed, toggle };
}
