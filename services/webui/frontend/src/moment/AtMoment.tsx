// Shows a page as of the moment that stands in its address (`at=POSITION`). Within it the client reads
// the past and hears no news, so every part of the page stays as it is; only its clock stands still.
import { QueryClientProvider, useIsFetching, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";

import { ClientContext, useClient, type Client } from "../api/client";
import { makeQueries } from "../api/queries";
import { ApiProblem } from "../api/problem";
import { Failure } from "../parts/Notes";
import { useQueryState } from "../shell/location";
import { MomentContext } from "./context";

/** The position in an address; undefined: there is none, or what stands there is no position. */
export function positionIn(query: URLSearchParams): number | undefined {
  const text = query.get("at") ?? "";
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

export function AtMoment({ children }: { children: ReactNode }) {
  const [query] = useQueryState();
  const at = positionIn(query);
  return at === undefined ? children : <Past at={at}>{children}</Past>;
}

function Past({ at, children }: { at: number; children: ReactNode }) {
  const live = useClient();
  // A cache of its own: what was is never mistaken for what is.
  const [queries] = useState(makeQueries);
  const past = useMemo(() => live.at(at), [live, at]);
  const { data: event, error, refetch } = useQuery({
    queryKey: ["event", at],
    queryFn: () => live.event(String(at)),
    staleTime: Infinity,
    placeholderData: (old) => old,
  });
  if (error instanceof ApiProblem && error.status === 404)
    return (
      <Failure
        error={new ApiProblem(404, `The log has no event at position ${at}: take \`at\` out of the address.`)}
        retry={() => void refetch()}
      />
    );
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
    void queries.invalidateQueries();
  }, [queries, at]);
  const moment = useMemo(() => ({ at, time, isMoving, live }), [at, time, isMoving, live]);
  return <MomentContext value={moment}>{children}</MomentContext>;
}
