// Shows a page as of the moment that stands in its address (`at=POSITION`). Within it the client reads
// the past and hears no news, so every part of the page stays as it is; only its clock stands still.
import { Button } from "@mantine/core";
import { QueryClientProvider, useIsFetching, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";

import { isOfMoment } from "../api/always";
import { ClientContext, useClient, type Client } from "../api/client";
import { makeQueries } from "../api/queries";
import { ApiProblem } from "../api/problem";
import { Failure } from "../parts/Notes";
import { PageHead } from "../parts/PageHead";
import { useQueryState } from "../shell/location";
import { MomentContext } from "./context";

const POSITION = /^[1-9]\d{0,14}$/;

export function AtMoment({ children }: { children: ReactNode }) {
  const [query] = useQueryState();
  const at = query.get("at");
  if (!at) return children;
  if (!POSITION.test(at)) return <NoMoment problem={`at=${at} in the address is no position of the log.`} />;
  return <Past at={Number(at)}>{children}</Past>;
}

/** Nothing can be shown: never what is there now in its place. */
function NoMoment({ problem }: { problem: string }) {
  const [, change] = useQueryState();
  return (
    <>
      <PageHead title="The past" tab="The past">
        <Button size="compact-sm" variant="light" onClick={() => change({ at: undefined }, { push: true })}>
          Back to now
        </Button>
      </PageHead>
      <Failure error={new ApiProblem(404, problem)} />
    </>
  );
}

function Past({ at, children }: { at: number; children: ReactNode }) {
  const live = useClient();
  // A cache of its own: what was is never mistaken for what is.
  const [queries] = useState(makeQueries);
  const past = useMemo(() => live.at(at), [live, at]);
  const { data: event, error } = useQuery({
    queryKey: ["event", at],
    queryFn: () => live.event(String(at)),
    staleTime: Infinity,
    placeholderData: (old) => old,
  });
  if (error instanceof ApiProblem && error.status === 404)
    return <NoMoment problem={`The log has no event at position ${at}.`} />;
  return (
    <QueryClientProvider client={queries}>
      <ClientContext value={past}>
        <Moving at={at} time={event?.occurred_at} live={live}>
          {children}
        </Moving>
      </ClientContext>
    </QueryClientProvider>
  );
}

interface Shown {
  at: number;
  time: number | undefined;
  live: Client;
  children: ReactNode;
}

/** Reads all that is shown anew when the moment changes; what was shown stays until then. */
function Moving({ at, time, live, children }: Shown) {
  const queries = useQueryClient();
  const isMoving = useIsFetching() > 0;
  const shown = useRef(at);
  useEffect(() => {
    if (shown.current === at) return;
    shown.current = at;
    const changed = { predicate: isOfMoment };
    // Whoever asks for the first time goes on otherwise, and what it brings is of the moment before.
    void queries.cancelQueries(changed).then(() => queries.invalidateQueries(changed));
  }, [queries, at]);
  const moment = useMemo(() => ({ at, time, isMoving, live }), [at, time, isMoving, live]);
  return <MomentContext value={moment}>{children}</MomentContext>;
}
