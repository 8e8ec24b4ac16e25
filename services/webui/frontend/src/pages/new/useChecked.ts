// What the gateway says of the draft, asked a moment after the last change.
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { useClient } from "../../api/client";
import { ApiProblem, messageOf } from "../../api/problem";
import type { TrialDocument, Validated } from "../../api/types";
import type { Raw } from "./raw";

const PAUSE = 600; // ms
const REFUSALS = [400, 413, 422];

export interface Checked {
  /** Of the newest document that was asked about; null: it is refused, or not known yet. */
  validated: Validated | null;
  refused: ApiProblem | null;
  /** The answer is not of what the form says now. */
  isBehind: boolean;
  /** Nobody answers. */
  failure: string | null;
  again: () => void;
}

export function useChecked(document: Raw, isWanted: boolean): Checked {
  const client = useClient();
  const [settled] = useDebouncedValue(document, PAUSE);
  const query = useQuery({
    queryKey: ["validation", settled],
    queryFn: async () => {
      try {
        return { validated: await client.validate(settled as unknown as TrialDocument), refused: null };
      } catch (error) {
        if (error instanceof ApiProblem && REFUSALS.includes(error.status)) return { validated: null, refused: error };
        throw error;
      }
    },
    enabled: isWanted,
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });
  return {
    validated: query.data?.validated ?? null,
    refused: query.data?.refused ?? null,
    isBehind: settled !== document || query.isPlaceholderData || query.isPending || query.isFetching,
    failure: query.error ? messageOf(query.error) : null,
    again: () => void query.refetch(),
  };
}
