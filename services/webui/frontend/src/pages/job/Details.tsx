// The parts of a job that are looked at one at a time; which one, stands in the address.
import { Tabs } from "@mantine/core";
import { lazy, Suspense } from "react";

import type { Job } from "../../api/types";
import { Waiting } from "../../parts/Notes";
import { Attempts } from "./Attempts";
import type { Reported } from "./curves";
import classes from "./Job.module.css";
import { LogTab } from "./LogTab";
import type { useLog } from "./log/useLog";

const FilesTab = lazy(() => import("./files/FilesTab"));
const WhyTab = lazy(() => import("./WhyTab"));
const PlotsTab = lazy(() => import("./PlotsTab"));

export type Tab = "log" | "plots" | "files" | "attempts" | "why";

interface Given {
  job: Job;
  tab: Tab;
  attempt: number;
  log: ReturnType<typeof useLog>;
  reports: readonly Reported[];
  onTab: (tab: Tab, attempt?: number) => void;
}

export function Details({ job, tab, attempt, log, reports, onTab }: Given) {
  return (
    <Tabs value={tab} onChange={(next) => onTab(next as Tab)} keepMounted={false} className={`card ${classes["details"] ?? ""}`}>
      <Tabs.List>
        <Tabs.Tab value="log">Log</Tabs.Tab>
        <Tabs.Tab value="plots">Plots</Tabs.Tab>
        <Tabs.Tab value="files">Files</Tabs.Tab>
        <Tabs.Tab value="attempts">Attempts{job.attempts.length > 1 && ` (${job.attempts.length})`}</Tabs.Tab>
        <Tabs.Tab value="why">Why</Tabs.Tab>
      </Tabs.List>
      <Suspense fallback={<Waiting />}>
        <Tabs.Panel value="log">
          <LogTab job={job} attempt={attempt} log={log} onAttempt={(next) => onTab("log", next)} />
        </Tabs.Panel>
        <Tabs.Panel value="plots">
          <PlotsTab job={job} reports={reports} />
        </Tabs.Panel>
        <Tabs.Panel value="files">
          <FilesTab job={job} />
        </Tabs.Panel>
        <Tabs.Panel value="attempts">
          <Attempts job={job} onLog={(next) => onTab("log", next)} />
        </Tabs.Panel>
        <Tabs.Panel value="why">
          <WhyTab job={job} />
        </Tabs.Panel>
      </Suspense>
    </Tabs>
  );
}
