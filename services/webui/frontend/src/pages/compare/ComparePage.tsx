// Two to six trials side by side: how they did, with what params, and what was different about them.
import { Alert, CloseButton } from "@mantine/core";
import { lazy, Suspense, useMemo } from "react";

import type { Trial } from "../../api/types";
import { Link, trialPath } from "../../parts/Link";
import { Empty, Waiting } from "../../parts/Notes";
import { PageHead } from "../../parts/PageHead";
import { messageOf } from "../../api/problem";
import { shown } from "../../parts/format";
import { useQueryState } from "../../shell/location";
import { AddTrial } from "./AddTrial";
import classes from "./Compare.module.css";
import { namesOf } from "./names";
import { bestLines, specLines } from "./differences";
import { factRows } from "./facts";
import { SideBySide, type Row } from "./SideBySide";
import { useCompared, type Compared } from "./useCompared";
import type { Line } from "../trial/picking";

const Overlays = lazy(() => import("./Overlays"));
const MOST = 6;

export default function ComparePage() {
  const [query, change] = useQueryState();
  const named = query.get("trials") ?? "";
  const trialIds = useMemo(() => [...new Set(named.split(",").filter(Boolean))].slice(0, MOST), [named]);
  const put = (ids: readonly string[]) => change({ trials: ids.join(",") || undefined });
  return (
    <>
      <PageHead title="Compare" tab="Compare">
        {trialIds.length < MOST ? (
          <AddTrial without={trialIds} add={(id) => put([...trialIds, id])} />
        ) : (
          <span>Six trials are the most that fit</span>
        )}
      </PageHead>
      {trialIds.length ? (
        <Table trialIds={trialIds} remove={(id) => put(trialIds.filter((each) => each !== id))} />
      ) : (
        <Empty title="No trial is chosen">
          Add two to six trials by their names above, or tick them in the <Link to="/">list of trials</Link> and choose
          Compare.
        </Empty>
      )}
    </>
  );
}

function Table({ trialIds, remove }: { trialIds: readonly string[]; remove: (trialId: string) => void }) {
  const compared = useCompared(trialIds);
  const there = compared.filter((each): each is Compared & { trial: Trial } => each.trial !== undefined);
  const trials = there.map((each) => each.trial);
  const problems = compared.filter(({ error }) => error);
  const names = namesOf(trials);
  const isMixed = new Set(trials.map((each) => each.objective)).size > 1;
  const heads = there.map(({ trialId, trial }, at) => (
    <div key={trialId} className={classes["head"]}>
      <span className={classes["swatch"]} data-kind={at + 1} aria-hidden />
      <Link to={trialPath(trialId)} inherit title={trialId}>
        {names[at]}
      </Link>
      <CloseButton size="sm" aria-label={`Remove ${trial.name}`} onClick={() => remove(trialId)} />
    </div>
  ));
  return (
    <>
      {problems.map(({ trialId, error }) => (
        <Alert
          key={trialId}
          color="red"
          mb="sm"
          role="alert"
          title={`${trialId} cannot be shown`}
          withCloseButton
          closeButtonLabel={`Remove ${trialId}`}
          onClose={() => remove(trialId)}
        >
          {messageOf(error)}
        </Alert>
      ))}
      {isMixed && (
        <Alert color="yellow" mb="sm" title="Some minimize and some maximize">
          Their losses do not compare. The plots take the objective of the first trial.
        </Alert>
      )}
      {there.length === 1 && !problems.length && (
        <Alert color="gray" mb="sm" title="One trial alone">
          Add another one above.
        </Alert>
      )}
      {there.length === 0 ? (
        !problems.length && <Waiting what="Loading the trials" />
      ) : (
        <>
          <SideBySide
            label="Trials side by side"
            heads={heads}
            groups={[{ title: "", rows: factRows(there) }]}
          />
          <Suspense fallback={<Waiting what="Loading the plots" />}>
            <Overlays trials={trials} losses={there.map((each) => each.losses)} />
          </Suspense>
          <SideBySide
            label="What differs"
            heads={there.map(({ trialId }, at) => (
              <span key={trialId} className={classes["head"]}>
                <span className={classes["swatch"]} data-kind={at + 1} aria-hidden />
                {names[at]}
              </span>
            ))}
            groups={[
              { title: "Params of the best job", rows: bestLines(trials).map(rowOf) },
              { title: "Different in what was submitted", rows: specLines(there.map((each) => each.spec)).map(rowOf) },
            ]}
          />
        </>
      )}
    </>
  );
}

const rowOf = ({ name, values, isDifferent }: Line): Row => ({
  name,
  isDifferent,
  cells: values.map((value) => (value === undefined ? "" : shown(value))),
});
