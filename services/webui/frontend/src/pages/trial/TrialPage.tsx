// A trial: its head at once, its jobs behind, everything live.
import { Anchor, Text } from "@mantine/core";
import { useEffect, useMemo } from "react";

import { ApiProblem } from "../../api/problem";
import { useNews, useSpec, useTrial } from "../../api/queries";
import { useJobTable } from "../../jobs/useJobTable";
import { AtMoment } from "../../moment/AtMoment";
import { deferred } from "../../parts/deferred";
import { Failure, Waiting } from "../../parts/Notes";
import { PageHead } from "../../parts/PageHead";
import { hrefs } from "../../shell/location";
import { parametersOf } from "../../space/outline";
import { AnalysisProvider } from "./analysis";
import { Loading } from "./Loading";
import { Overview } from "./Overview";
import { SpecTab } from "./SpecTab";
import { tabOf, Tabs } from "./Tabs";
import { TimeTravel } from "./TimeTravel";
import { TrialHead } from "./TrialHead";

const JobsTab = deferred(() => import("./JobsTab"), <Waiting />);
const WhyTab = deferred(() => import("./WhyTab"), <Waiting />);
const PlotsView = deferred(() => import("./PlotsView"), <Waiting />);

interface Given {
  trialId: string;
  tab: string;
}

export default function TrialPage(given: Given) {
  return (
    <AtMoment>
      <Whole {...given} />
    </AtMoment>
  );
}

function Whole({ trialId, tab }: Given) {
  const { data: trial, error, refetch } = useTrial(trialId);
  const { data: spec, error: specError, refetch: again } = useSpec(trialId);
  const parameters = useMemo(() => spec && parametersOf(spec.space), [spec]);
  const news = useNews(["trial", trialId]);
  const { jobs, error: jobsError, retry } = useJobTable(trialId, parameters, trial?.jobs.proposed, news);
  const name = tabOf(tab);
  useEffect(() => {
    if (jobs) JobsTab.preload();
  }, [jobs]);

  if (!trial) {
    if (error) return <Missing error={error} retry={() => void refetch()} />;
    return <Waiting what="Loading the trial" />;
  }
  const trouble = specError ?? (jobs ? null : jobsError);
  return (
    <>
      <TrialHead trial={trial} spec={spec} />
      <TimeTravel trial={trial} />
      <Tabs trial={trial} tab={name}>
        {trouble && (
          <Failure
            error={trouble}
            retry={() => {
              if (specError) void again();
              else retry();
            }}
          />
        )}
        <Loading jobs={jobs} />
        {name === "overview" && <Overview trial={trial} spec={spec} parameters={parameters} jobs={jobs} />}
        {name === "spec" && <SpecTab trial={trial} spec={spec} />}
        {name === "why" && <WhyTab trial={trial} />}
        {(name === "jobs" || name === "plots") &&
          (spec && parameters && jobs ? (
            <AnalysisProvider trial={trial} spec={spec} parameters={parameters} jobs={jobs}>
              {name === "jobs" ? <JobsTab /> : <PlotsView />}
            </AnalysisProvider>
          ) : (
            !trouble && <Waiting what="Loading the jobs" />
          ))}
      </Tabs>
    </>
  );
}

function Missing({ error, retry }: { error: Error; retry: () => void }) {
  const isMissing = error instanceof ApiProblem && error.status === 404;
  return (
    <>
      <PageHead title="Trial" tab="Trial" />
      <Failure error={error} retry={retry} />
      {isMissing && (
        <Text mt="sm" size="sm">
          The address may be mistyped, or of another gateway. <Anchor href={hrefs("/")}>All trials</Anchor>
        </Text>
      )}
    </>
  );
}
