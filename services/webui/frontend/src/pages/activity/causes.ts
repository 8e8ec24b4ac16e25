// An event, and what it follows from.
import { useQuery } from "@tanstack/react-query";

import { useClient, type Client } from "../../api/client";
import { ApiProblem } from "../../api/problem";
import type { RecordedEvent } from "../../api/types";

const FURTHEST = 20;

export interface Causes {
  /** From the first one on. */
  events: RecordedEvent[];
  /** The id of one that is not in the log. */
  missing: string | null;
}

/** By its position or its id; an event never changes. */
export function useEvent(named: string, known: RecordedEvent | undefined) {
  const client = useClient();
  return useQuery({
    queryKey: ["event", named],
    queryFn: () => client.event(named),
    initialData: known,
    staleTime: "static",
  });
}

export function useCauses(event: RecordedEvent) {
  const client = useClient();
  return useQuery({
    queryKey: ["event", event.event_id, "causes"],
    queryFn: () => readCauses(client, event),
    enabled: event.causation_id !== null,
    staleTime: "static",
  });
}

async function readCauses(client: Client, event: RecordedEvent): Promise<Causes> {
  const events: RecordedEvent[] = [];
  let next = event.causation_id;
  while (next !== null && events.length < FURTHEST) {
    try {
      const cause = await client.event(next);
      events.unshift(cause);
      next = cause.causation_id;
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 404) return { events, missing: next };
      throw error;
    }
  }
  return { events, missing: null };
}
