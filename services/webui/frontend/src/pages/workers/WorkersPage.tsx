// The workers: what each of them is, does, and when it was heard of.
import { Alert, Button, Code, Stack } from "@mantine/core";
import { useCallback } from "react";

import { useMe, useNews, useWorkers } from "../../api/queries";
import type { WorkerPage } from "../../api/types";
import { useFeed } from "../../feed/useFeed";
import { counted } from "../../parts/format";
import { Empty, Failure, Waiting } from "../../parts/Notes";
import { PageHead } from "../../parts/PageHead";
import { useQueryState } from "../../shell/location";
import { choose, isGone, poolsOf, totals, type Wanted } from "./fleet";
import { Summary } from "./Summary";
import { useDrain } from "./useDrain";
import { WorkerCard } from "./WorkerCard";
import { WorkerFilters } from "./WorkerFilters";
import classes from "./Workers.module.css";

const FEW = 24; // of so many at most all that is run is listed at once

export default function WorkersPage() {
  const { data, error, refetch, dataUpdatedAt } = useWorkers();
  const news = useNews(["workers"], 500);
  useFeed({
    topics: ["workers"],
    after: null,
    frames: (frames) => {
      if (frames.some((frame) => frame.kind === "event")) news();
    },
    back: news,
  });
  return (
    <>
      <PageHead title="Workers" tab="Workers" />
      {data ? (
        <Fleet page={data} now={dataUpdatedAt / 1000} />
      ) : error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : (
        <Waiting what="Loading the workers" />
      )}
    </>
  );
}

function Fleet({ page, now }: { page: WorkerPage; now: number }) {
  const [query, change] = useQueryState();
  const scopes = useMe().data?.scopes;
  const { drain, question } = useDrain();
  const workers = page.items;
  const wanted: Wanted = {
    text: query.get("q") ?? "",
    pool: query.get("pool") ?? "",
    standing: query.get("state") ?? "",
    gone: query.get("gone") === "1",
    chosen: query.get("worker") ?? "",
  };
  const open = useCallback((worker: string | undefined) => change({ worker }), [change]);
  if (!workers.length) return <NoWorkers />;

  const shown = choose(workers, wanted, now);
  const running = shown.reduce((sum, each) => sum + Object.keys(each.running).length, 0);
  const gone = workers.filter((each) => isGone(each, now)).length;
  const isMissing = wanted.chosen && !workers.some((each) => each.worker_id === wanted.chosen);
  return (
    <Stack gap="sm">
      <Summary totals={totals(workers, now)} />
      <WorkerFilters pools={poolsOf(workers)} gone={gone} />
      {isMissing && (
        <Alert color="gray" title={`There is no worker ${wanted.chosen}`}>
          It may be too long ago. Its jobs are still with their trials.
        </Alert>
      )}
      {shown.length ? (
        <ul className={classes["list"]} aria-label={counted(shown.length, "worker")}>
          {shown.map((worker) => (
            <WorkerCard
              key={worker.worker_id}
              worker={worker}
              now={now}
              isOpen={worker.worker_id === wanted.chosen}
              showRuns={running <= FEW}
              scopes={scopes}
              onOpen={open}
              onDrain={drain}
            />
          ))}
        </ul>
      ) : (
        <NothingFits
          gone={gone}
          isFiltered={Boolean(wanted.text || wanted.pool || wanted.standing)}
          onReset={() => change({ q: undefined, pool: undefined, state: undefined })}
        />
      )}
      {question}
      {page.next_cursor !== null && (
        <p className={classes["more"]}>These are the newest {workers.length} workers; there are older ones.</p>
      )}
    </Stack>
  );
}

function NothingFits({ gone, isFiltered, onReset }: { gone: number; isFiltered: boolean; onReset: () => void }) {
  if (!isFiltered)
    return (
      <Empty title="No worker is here now">
        {counted(gone, "worker")} left or {gone === 1 ? "was" : "were"} lost. Start one, and it takes the jobs that
        wait: <Code>hyperdock-worker --help</Code>
      </Empty>
    );
  return (
    <Empty title="No worker is like this">
      <Button size="xs" variant="default" onClick={onReset}>
        Show all
      </Button>
    </Empty>
  );
}

function NoWorkers() {
  return (
    <Empty title="There is no worker yet">
      Jobs wait until one is here. On one machine <Code>hyperdock up</Code> brings its own; for a fleet start{" "}
      <Code>hyperdock-worker</Code> on each host (<Code>hyperdock-worker --help</Code> tells how). More stands in
      docs/deployment.md.
    </Empty>
  );
}
