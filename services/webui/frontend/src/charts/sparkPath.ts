// Best-so-far steps as the path of a small drawing.
import type { ListedTrial } from "../api/types";

type Steps = ListedTrial["improvements"];

const STEEP = 100; // where the first loss is that many times the best, only a log scale shows the rest

/** The line in a box of this size: a step where the best became better, flat up to job `until`. */
export function sparkPath(steps: Steps, until: number, width: number, height: number): string {
  const first = steps[0];
  const last = steps.at(-1);
  if (!first || !last) return "";
  const scale = scaleOf(steps);
  const heights = steps.map(({ loss }) => scale(loss));
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  const [from, to] = [first.number, Math.max(until, last.number)];
  const x = (number: number) => round(to === from ? 0 : ((number - from) / (to - from)) * width);
  const y = (value: number) => round(high === low ? height / 2 : height - ((value - low) / (high - low)) * height);
  const moves = steps.map(({ number }, at) => {
    const up = y(heights[at] ?? low);
    return at === 0 ? `M${x(number)},${up}` : `H${x(number)}V${up}`;
  });
  return `${moves.join("")}H${round(width)}`;
}

function scaleOf(steps: Steps): (loss: number) => number {
  const losses = steps.map(({ loss }) => loss);
  const least = Math.min(...losses);
  return least > 0 && Math.max(...losses) / least > STEEP ? Math.log : (loss) => loss;
}

const round = (value: number): number => Math.round(value * 10) / 10;
