// All trials, live: what runs, how far it is, how good it is, and what to do with many at once.
import { ActionIcon, Button } from "@mantine/core";
import { IconKeyboard } from "@tabler/icons-react";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";

import { ApiProblem } from "../../api/problem";
import type { ListedTrial } from "../../api/types";
import { counted } from "../../parts/format";
import { Failure, Waiting } from "../../parts/Notes";
import { PageHead } from "../../parts/PageHead";
import { useRefusal } from "../../parts/useRights";
import { useQueryState } from "../../shell/location";
import type { ActionName } from "./actions";
import { BulkBar } from "./BulkBar";
import { isNarrowed, NO_FILTERS, queryOf, readFilters } from "./filters";
import { NoTrials } from "./NoTrials";
import { isPlainKey } from "./plainKey";
import { Toolbar } from "./Toolbar";
import { TrialTable } from "./TrialTable";
import type { TrialList } from "./trialList";
import { useActions } from "./useActions";
import { useSelection } from "./useSelection";
import { useTrialList } from "./useTrialList";
import classes from "./TrialsPage.module.css";

const StopQuestion = lazy(() => import("./StopQuestion"));
const Shortcuts = lazy(() => import("./Shortcuts"));

const NONE: readonly ListedTrial[] = [];

export function TrialsPage() {
  const [address, change] = useQueryState();
  const filters = readFilters(address);
  const { list, error, isOld, retry, see, more } = useTrialList(queryOf(filters));
  const trials = list?.items ?? NONE;
  const selection = useSelection(useMemo(() => trials.map((each) => each.trial_id), [trials]));
  const selected = trials.filter((each) => selection.ids.has(each.trial_id));
  const refusal = useRefusal("submit");
  const { act, isBusy } = useActions();
  const [stopping, setStopping] = useState(NONE);
  const ask = useCallback(
    (name: ActionName, these: readonly ListedTrial[]) => {
      if (name === "stop") setStopping(these);
      else act(name, these);
    },
    [act, setStopping],
  );
  const keys = useHelp();

  return (
    <>
      <PageHead title="Trials" tab="Trials">
        <ActionIcon variant="subtle" color="gray" aria-label="Keys" title="Keys   ?" onClick={keys.open}>
          <IconKeyboard size={18} />
        </ActionIcon>
      </PageHead>
      <Toolbar {...{ filters, change }} tags={tagsOf(trials)} search={keys.search} found={foundOf(list)} />
      {error && !(list && isAway(error)) && <Failure error={error} retry={retry} />}
      {!list && !error && <Waiting what="Loading the trials" />}
      {list && (
        <div className={classes["list"]} data-old={isOld} aria-busy={isOld}>
          {trials.length > 0 ? (
            <TrialTable {...{ trials, selection, refusal, see, more }} isAll={!list.next} sort={filters.sort} act={ask} />
          ) : (
            <NoTrials
              isNarrowed={isNarrowed(filters)}
              refusal={refusal}
              clear={() => change(NO_FILTERS)}
              showArchived={() => change({ archived: "true" })}
            />
          )}
          {list.next && (
            <Button variant="subtle" size="xs" mt="xs" onClick={more}>
              Load more
            </Button>
          )}
        </div>
      )}
      <BulkBar trials={selected} refusal={refusal} isBusy={isBusy} act={ask} clear={() => selection.set([])} />
      <Suspense>
        {stopping.length > 0 && (
          <StopQuestion
            trials={stopping}
            onClose={() => setStopping(NONE)}
            onStop={() => {
              setStopping(NONE);
              act("stop", stopping);
            }}
          />
        )}
        {keys.isOpen && <Shortcuts onClose={keys.close} />}
      </Suspense>
    </>
  );
}

/** The header says so already, and the page goes on by itself. */
const isAway = (error: Error): boolean => error instanceof ApiProblem && error.status === 0;

const tagsOf = (trials: readonly ListedTrial[]): string[] => [...new Set(trials.flatMap((each) => each.tags))].sort();

const foundOf = (list: TrialList | undefined): string =>
  list?.items.length ? `${counted(list.items.length, "trial")}${list.next ? " and more" : ""}` : "";

/** The keys that the page itself hears: `/` and `?`. */
function useHelp() {
  const [isOpen, setOpen] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (!isPlainKey(event)) return;
      if (event.key === "/") search.current?.focus();
      else if (event.key === "?") setOpen(true);
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, []);
  return { search, isOpen, open: () => setOpen(true), close: () => setOpen(false) };
}
