// The list of trials, live: only what people look at is read again, and what is new at the top when
// the feed tells of it; more is read when they come near its end.
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef } from "react";

import { useClient, type Client, type TrialQuery } from "../../api/client";
import { useNews } from "../../api/queries";
import type { ListedTrial } from "../../api/types";
import { useFeed } from "../../feed/useFeed";
import { isBefore, joins, markBefore, merge, orderOf, type Mark, type TrialList } from "./trialList";

export const PAGE = 50;
const MOST_PAGES = 8; // of new trials that are read at once; of more only the newest ones
const LIVE = 1_500; // ms; no topic of the feed tells of the progress of all trials
const QUIET = 10_000; // ms; where nothing runs

const OPEN: readonly ListedTrial["state"][] = ["running", "paused", "stopping"];

/** What is wanted at the next look. */
interface Wanted {
  first: number;
  last: number;
  /** The top, also where nobody looks at it. */
  top: boolean;
  more: boolean;
}

interface Listed {
  list: TrialList | undefined;
  error: Error | null;
  /** What is shown was asked for before the newest filters. */
  isOld: boolean;
  retry: () => void;
  /** These are in view. */
  see: (first: number, last: number) => void;
  /** Reads what comes behind. */
  more: () => void;
}

export function useTrialList(query: TrialQuery): Listed {
  const client = useClient();
  const queries = useQueryClient();
  const key = ["trials", query];
  const wanted = useRef<Wanted>({ first: 0, last: 0, top: true, more: false });
  const { data, error, isPlaceholderData, refetch } = useQuery<TrialList>({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const asked = { ...wanted.current };
      const list = await look(client, query, queries.getQueryData<TrialList>(key), asked);
      if (signal.aborted) return list; // the next look wants the same
      if (asked.top) wanted.current.top = false;
      if (asked.more) wanted.current.more = false;
      return list;
    },
    refetchInterval: ({ state }) => (isQuiet(state.data, wanted.current) ? QUIET : LIVE),
    placeholderData: keepPreviousData,
  });

  const news = useNews(key);
  const lookUp = () => {
    wanted.current.top = true;
    news();
  };
  useFeed({
    topics: ["trials"],
    after: data?.position,
    frames: (frames) => {
      if (frames.some((frame) => frame.kind === "event")) lookUp();
    },
    back: lookUp,
  });

  const see = useCallback((first: number, last: number) => {
    Object.assign(wanted.current, { first, last });
  }, []);
  const more = useCallback(() => {
    if (wanted.current.more) return;
    wanted.current.more = true;
    void refetch();
  }, [refetch]);
  return { list: data, error, isOld: isPlaceholderData, retry: () => void refetch(), see, more };
}

function isQuiet(list: TrialList | undefined, { first, last }: Wanted): boolean {
  return list !== undefined && !list.items.slice(first, last + 1).some((each) => OPEN.includes(each.state));
}

/** Reads what is wanted, one page after the other, and gives the list as it is then. */
async function look(
  client: Client,
  query: TrialQuery,
  old: TrialList | undefined,
  { first, last, top, more }: Wanted,
): Promise<TrialList> {
  const order = orderOf(query);
  const read = async (from: Mark | null) => {
    let page = await client.trials({ ...query, limit: PAGE, cursor: from?.cursor });
    // A search gives up after so many trials that do not fit, and says where it was.
    while (page.items.length === 0 && page.next_cursor !== null)
      page = await client.trials({ ...query, limit: PAGE, cursor: page.next_cursor });
    return page;
  };
  if (!old) return merge(undefined, await read(null), null, order);

  let list = old;
  let from = markBefore(old, first, order);
  if (top || from === null) list = await lookAtTop(list, query, read);
  for (let pages = 0; from !== null && pages < MOST_PAGES; pages += 1) {
    const page = await read(from);
    list = merge(list, page, from, order);
    const end = page.next_cursor === null ? null : markBehind(list, page.next_cursor);
    from = end && isBefore(end, old, last, order) ? end : null;
  }
  if (more && list.next) list = merge(list, await read(list.next), list.next, order);
  return list;
}

async function lookAtTop(
  list: TrialList,
  query: TrialQuery,
  read: (from: Mark | null) => ReturnType<Client["trials"]>,
): Promise<TrialList> {
  const order = orderOf(query);
  let from: Mark | null = null;
  let fresh: TrialList | undefined;
  let merged = list;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await read(from);
    fresh = merge(fresh, page, from, order);
    merged = merge(merged, page, from, order);
    if (joins(list, page, order)) return merged;
    from = fresh.next;
  }
  return fresh ?? list; // too much is new: what lies between would be missing
}

const markBehind = (list: TrialList, cursor: string): Mark | null =>
  list.marks.find((mark) => mark.cursor === cursor) ?? null;
