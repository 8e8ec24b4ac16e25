// The parts of a trial's page. Each has its address; filters and picked jobs go along.
import { Tabs as Bar } from "@mantine/core";
import type { ReactNode } from "react";
import { useLocation } from "wouter";

import type { Trial } from "../../api/types";
import { trialPath } from "../../parts/Link";
import { useHashSearch } from "../../shell/location";
import classes from "./Tabs.module.css";

export const TABS = ["overview", "jobs", "plots", "spec", "why"] as const;
export type TabName = (typeof TABS)[number];

const LABELS: Record<TabName, string> = {
  overview: "Overview",
  jobs: "Jobs",
  plots: "Plots",
  spec: "Spec",
  why: "Why",
};

export const tabOf = (name: string): TabName => TABS.find((each) => each === name) ?? "overview";

export function Tabs({ trial, tab, children }: { trial: Trial; tab: TabName; children: ReactNode }) {
  const [, navigate] = useLocation();
  const search = useHashSearch();
  const go = (name: string | null) =>
    navigate(`${trialPath(trial.trial_id)}/${name ?? "overview"}${search ? `?${search}` : ""}`);
  return (
    <Bar value={tab} onChange={go} activateTabWithKeyboard={false} keepMounted={false}>
      <Bar.List mb="sm" className={classes["list"]}>
        {TABS.map((name) => (
          <Bar.Tab key={name} value={name}>
            {LABELS[name]}
            {name === "jobs" && (
              <span className={`${classes["count"] ?? ""} numbers`}>{trial.jobs.proposed.toLocaleString("en")}</span>
            )}
          </Bar.Tab>
        ))}
      </Bar.List>
      <Bar.Panel value={tab}>{children}</Bar.Panel>
    </Bar>
  );
}
