// What a job reported while it ran, as curves: one for each name, of the newest attempt that said any.
import type { EventFrame, MetricPage } from "../../api/types";

export type Reported = MetricPage["items"][number];

export interface NamedCurve {
  name: string;
  points: { x: number; y: number }[];
}

export function curvesOf(reports: readonly Reported[]): NamedCurve[] {
  const newest = reports.reduce((most, each) => Math.max(most, each.attempt), 0);
  const found = new Map<string, NamedCurve["points"]>();
  for (const { attempt, step, values } of reports) {
    if (attempt !== newest) continue;
    for (const [name, y] of Object.entries(values)) {
      const points = found.get(name) ?? [];
      points.push({ x: step, y });
      found.set(name, points);
    }
  }
  return [...found]
    .map(([name, points]) => ({ name, points: points.toSorted((a, b) => a.x - b.x) }))
    .toSorted((a, b) => Number(b.name === "loss") - Number(a.name === "loss") || a.name.localeCompare(b.name));
}

/** The reports and those of the events; a report that is there already is not doubled. */
export function withReports(known: readonly Reported[], events: readonly EventFrame[]): readonly Reported[] {
  const fresh = events.flatMap((event): Reported[] =>
    event.type === "job.metric_reported.v1"
      ? [{ step: event.data.step, values: event.data.values, at: event.occurred_at, attempt: event.data.attempt }]
      : [],
  );
  if (!fresh.length) return known;
  const place = ({ attempt, step }: Reported) => `${attempt} ${step}`;
  const all = new Map(known.map((each) => [place(each), each]));
  for (const each of fresh) all.set(place(each), { ...each, values: { ...all.get(place(each))?.values, ...each.values } });
  return [...all.values()];
}
