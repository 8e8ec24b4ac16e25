// The frame around the pages, and which page stands at which address.
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useSyncExternalStore } from "react";
import { Route, Switch } from "wouter";

import { readRefusal, watchSession } from "../api/session";
import { TrialsPage } from "../pages/trials/TrialsPage";
import { Empty, Waiting } from "../parts/Notes";
import { deferred } from "../parts/deferred";
import { Link } from "../parts/Link";
import { PageHead } from "../parts/PageHead";
import { Boundary } from "./Boundary";
import classes from "./App.module.css";
import { Header } from "./Header";

const Login = lazy(() => import("./Login"));
const NewTrialPage = deferred(() => import("../pages/new/NewTrialPage"), <Waiting />);
const TrialPage = deferred(() => import("../pages/trial/TrialPage"), <Waiting />);
const ComparePage = deferred(() => import("../pages/compare/ComparePage"), <Waiting />);
const JobPage = deferred(() => import("../pages/job/JobPage"), <Waiting />);
const WorkersPage = deferred(() => import("../pages/workers/WorkersPage"), <Waiting />);
const ActivityPage = deferred(() => import("../pages/activity/ActivityPage"), <Waiting />);

export function App() {
  const refusal = useSyncExternalStore(watchSession, readRefusal);
  const queries = useQueryClient();
  useEffect(
    () =>
      watchSession(() => {
        if (!readRefusal()) void queries.resetQueries(); // whoever has logged in may see something else
      }),
    [queries],
  );
  return (
    <>
      <Header />
      <main id="main" className={classes["main"]}>
        <Boundary>
          <Suspense fallback={<Waiting />}>{refusal ? <Login reason={refusal} /> : <Pages />}</Suspense>
        </Boundary>
        {/* Mantine puts menus, dialogs and notes in here: within a landmark, where people find them. */}
        <div data-mantine-shared-portal-node="true" />
      </main>
    </>
  );
}

const here = (encoded: string | undefined): string => decodeURIComponent(encoded ?? "");

function Pages() {
  return (
    <Switch>
      <Route path="/">
        <TrialsPage />
      </Route>
      <Route path="/new">
        <NewTrialPage />
      </Route>
      <Route path="/compare">
        <ComparePage />
      </Route>
      <Route path="/trial/:id/:tab?">
        {({ id, tab }) => <TrialPage key={id} trialId={here(id)} tab={tab ?? "overview"} />}
      </Route>
      <Route path="/job/:id">{({ id }) => <JobPage key={id} jobId={here(id)} />}</Route>
      <Route path="/workers">
        <WorkersPage />
      </Route>
      <Route path="/activity">
        <ActivityPage />
      </Route>
      <Route>
        <PageHead title="Page not found" tab="Page not found" />
        <Empty title="There is no such page">
          The address may be mistyped. <Link to="/">All trials</Link>
        </Empty>
      </Route>
    </Switch>
  );
}
