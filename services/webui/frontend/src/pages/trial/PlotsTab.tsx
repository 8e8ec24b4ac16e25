// All plots of a trial, and its jobs below: what is brushed or picked in one shows in all of them.
import { SegmentedControl, Text } from "@mantine/core";

import { useLossView } from "../../charts/useLossView";
import { PlotCard } from "../../charts/PlotCard";
import { ContourPlot } from "../../charts/plots/ContourPlot";
import { EdfPlot } from "../../charts/plots/EdfPlot";
import { HistogramPlot } from "../../charts/plots/HistogramPlot";
import { HistoryPlot } from "../../charts/plots/HistoryPlot";
import { ImportancePlot } from "../../charts/plots/ImportancePlot";
import { IntermediatePlot } from "../../charts/plots/IntermediatePlot";
import { ParallelPlot } from "../../charts/plots/ParallelPlot";
import { SlicePlot } from "../../charts/plots/SlicePlot";
import { TargetGraphsPlot } from "../../charts/plots/TargetGraphsPlot";
import { TimelinePlot } from "../../charts/plots/TimelinePlot";
import { lossScale } from "../../charts/scale";
import { usePlotInput } from "../../charts/usePlot";
import { JobsTable } from "../../jobs/JobsTable";
import { counted } from "../../parts/format";
import { Empty } from "../../parts/Notes";
import { useAnalysis } from "./analysis";
import classes from "./PlotsTab.module.css";

export default function PlotsTab() {
  const { jobs } = useAnalysis();
  if (!jobs.table.size)
    return <Empty title="No jobs yet">The plots begin with the first job that a worker takes.</Empty>;
  return (
    <>
      <LossRange />
      <div className={classes["plots"]}>
        <PlotCard
          title="Optimization history"
          help="The loss of every job, and the best so far."
          size="wide"
          height={310}
        >
          <HistoryPlot />
        </PlotCard>
        <PlotCard
          title="Importance"
          help="How much each parameter decides whether a job is among the best."
          size="narrow"
          height={300}
        >
          <ImportancePlot />
        </PlotCard>
        <PlotCard
          title="Parallel coordinates"
          help="Every line is a job. Drag along an axis to keep a part of it."
          height={340}
        >
          <ParallelPlot />
        </PlotCard>
        <PlotCard title="Slices" help="The loss against each parameter. The diamond is the best job." height={210}>
          <SlicePlot />
        </PlotCard>
        <PlotCard
          title="Contour"
          help="The loss over two parameters: strong colours are good."
          size="half"
          height={300}
        >
          <ContourPlot />
        </PlotCard>
        <PlotCard
          title="Distribution"
          help="Which share of the jobs is at least as good as a loss."
          size="half"
          height={260}
        >
          <EdfPlot height={420} />
        </PlotCard>
        <PlotCard
          title="Intermediate values"
          help="What jobs reported while they ran: the picked ones, or the best and the newest."
          height={260}
        >
          <IntermediatePlot />
        </PlotCard>
        <PlotCard
          title="Timeline"
          help="Which job every slot of the workers ran when. Of each job its last attempt."
          height={120}
        >
          <TimelinePlot />
        </PlotCard>
        <PlotCard title="Losses" help="How many jobs came to which loss." size="half" height={220}>
          <HistogramPlot measure="loss" />
        </PlotCard>
        <PlotCard title="Durations" help="How long the jobs took." size="half" height={220}>
          <HistogramPlot measure="seconds" />
        </PlotCard>
        <PlotCard
          title="The target's graphs"
          help="What the picked jobs drew themselves, or the best one."
          height={80}
        >
          <TargetGraphsPlot />
        </PlotCard>
      </div>
      <div className={classes["jobs"]}>
        <JobsTable height={320} />
      </div>
    </>
  );
}

/** Which losses the plots have room for. */
function LossRange() {
  const input = usePlotInput();
  const [view, setView] = useLossView();
  const { beyond } = lossScale(input, view);
  return (
    <div className={classes["head"]}>
      <SegmentedControl
        size="xs"
        aria-label="Range of the losses"
        data={[
          { value: "main", label: "Main losses" },
          { value: "all", label: "All losses" },
          { value: "log", label: "Log" },
        ]}
        value={view}
        onChange={(value) => setView(value)}
      />
      <Text size="xs" c="dimmed">
        {beyond > 0 && `${counted(beyond, "job")} far off ${beyond === 1 ? "is" : "are"} not drawn. `}
        Drag a box to filter the jobs, click to pick one, Ctrl and the wheel to zoom.
      </Text>
    </div>
  );
}
