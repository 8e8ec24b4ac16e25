// What the job reported while it ran, as curves, and the graphs that its target drew.
import { Text } from "@mantine/core";
import { lazy, Suspense, type ReactNode } from "react";

import type { Job } from "../../api/types";
import { Empty, Waiting } from "../../parts/Notes";
import { curvesOf, type Reported } from "./curves";
import classes from "./Job.module.css";

const Curve = lazy(() => import("../../charts/Curve").then((it) => ({ default: it.Curve })));
const TargetGraph = lazy(() => import("../../charts/TargetGraph").then((it) => ({ default: it.TargetGraph })));

export default function PlotsTab({ job, reports }: { job: Job; reports: readonly Reported[] }) {
  const curves = curvesOf(reports);
  if (!curves.length && !job.graphs.length)
    return (
      <Empty title={job.finished_at === null ? "Nothing to plot yet" : "The job left nothing to plot"}>
        Lines such as <code>{'{"step": 1, "loss": 0.5}'}</code> that the target adds to <code>/hyperdock/metrics.jsonl</code>{" "}
        become curves while it runs. Graphs of its own go to <code>/hyperdock/graphs.json</code>.
      </Empty>
    );
  return (
    <Suspense fallback={<Waiting what="Loading the plots" />}>
      <div className={classes["plots"]}>
        {curves.map(({ name, points }) => (
          <Plot key={`curve ${name}`} title={name} about={points.length === 1 ? "one report" : `${points.length} reports`}>
            <Curve name={name} points={points} />
          </Plot>
        ))}
        {job.graphs.map((graph) => (
          <Plot key={`graph ${graph.name}`} title={graph.name} about="drawn by the target">
            <TargetGraph graph={graph} />
          </Plot>
        ))}
      </div>
    </Suspense>
  );
}

function Plot({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  return (
    <section className={classes["plot"]} aria-label={title}>
      <div className={classes["heading"]}>
        <h2>{title}</h2>
        <Text size="xs" c="dimmed">
          {about}
        </Text>
      </div>
      {children}
    </section>
  );
}
