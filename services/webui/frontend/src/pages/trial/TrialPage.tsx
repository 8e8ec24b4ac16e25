// A trial: its head at once, its jobs behind, everything live.
import { Anchor, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, type ReactNode } from "react";

import { ApiProblem } from "../../api/problem";
import { useNews, useSpec, useTrial } from "../../api/queries";
import { useJobTable } from "../../jobs/useJobTable";
import { AtMoment } from "../../moment/AtMoment";
import { useMoment } from "../../moment/context";
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
  const queries = useQueryClient();
  const moment = useMoment();
  const name = tabOf(tab);
  useEffect(() => {
    if (jobs) JobsTab.preload();
  }, [jobs]);

  // What is here is of the moment before: it must not stand there as of this one.
  const missed = moment && (error ?? specError ?? jobsError);
  if (missed)
    return (
      <Missing error={missed} retry={() => void queries.invalidateQueries()}>
        <TimeTravel trialId={trialId} trial={undefined} />
      </Missing>
    );
  if (!trial) {
    if (error) return <Missing error={error} retry={() => void refetch()} />;
    return <Waiting what="Loading the trial" />;
  }
  const trouble = specError ?? (jobs ? null : jobsError);
  return (
    <>
      <TrialHead trial={trial} spec={spec} />
      <TimeTravel trialId={trialId} trial={trial} />
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

function Missing({ error, retry, children }: { error: Error; retry: () => void; children?: ReactNode }) {
  const isMissing = error instanceof ApiProblem && error.status === 404;
  return (
    <>
      <PageHead title="Trial" tab="Trial" />
      {children}
      <Failure error={error} retry={retry} />
      {isMissing && children === undefined && (
        <Text mt="sm" size="sm">
          The address may be mistyped, or of another gateway. <Anchor href={hrefs("/")}>All trials</Anchor>
        </Text>
      )}
    </>
  );
}
