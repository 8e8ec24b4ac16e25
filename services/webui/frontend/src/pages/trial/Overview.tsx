// What a trial has come to, at a glance. Drawn as soon as the trial is there; its jobs come behind.
import { useMemo } from "react";

import type { Trial, TrialSpec } from "../../api/types";
import type { Jobs } from "../../jobs/useJobTable";
import { deferred } from "../../parts/deferred";
import { Empty, Waiting } from "../../parts/Notes";
import type { Parameter } from "../../space/outline";
import { AnalysisProvider } from "./analysis";
import { Best } from "./Best";
import { Failed } from "./Failed";
import { NotesPanel } from "./NotesPanel";
import classes from "./Overview.module.css";
import { Panel } from "./Panel";
import { Progress } from "./Progress";
import { RunningNow } from "./RunningNow";
import { summaryOf } from "./summary";
import { Times } from "./Times";

const HistoryPlot = deferred(
  () => import("../../charts/plots/HistoryPlot").then((module) => ({ default: module.HistoryPlot })),
  <Waiting what="Loading the plot" />,
);
const HEIGHT = 300;

interface Given {
  trial: Trial;
  spec: TrialSpec | undefined;
  parameters: readonly Parameter[] | undefined;
  jobs: Jobs | undefined;
}

export function Overview({ trial, spec, parameters, jobs }: Given) {
  const { table, version } = jobs ?? {};
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the table is changed in place
  const summary = useMemo(() => table && summaryOf(table), [table, version]);
  const isComplete = jobs?.isComplete ?? false;
  return (
    <div className={classes["overview"]}>
      <div className={classes["main"]}>
        <Progress trial={trial} />
        <Panel title="History" area="history">
          <div className={classes["history"]}>
            {jobs && spec && parameters ? (
              jobs.table.size ? (
                <AnalysisProvider trial={trial} spec={spec} parameters={parameters} jobs={jobs}>
                  <HistoryPlot height={HEIGHT} />
                </AnalysisProvider>
              ) : (
                <Empty title="No job yet">The first ones appear here as soon as they are proposed.</Empty>
              )
            ) : (
              <Waiting what="Loading the jobs" />
            )}
          </div>
        </Panel>
        <RunningNow trial={trial} jobs={jobs} />
        <NotesPanel trial={trial} />
      </div>
      <div className={classes["side"]}>
        <Best trial={trial} />
        <Times trial={trial} summary={summary} isComplete={isComplete} />
        <Failed trial={trial} summary={summary} isComplete={isComplete} />
      </div>
    </div>
  );
}
