// Doing something at the gateway, and saying how it went.
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";

import { messageOf } from "../api/problem";

/** Does it; if it fails, a note says why, and the answer is false. */
export async function attempt(how: () => Promise<unknown>): Promise<boolean> {
  try {
    await how();
    return true;
  } catch (error) {
    notifications.show({ color: "red", title: "That did not work", message: messageOf(error), autoClose: 10_000 });
    return false;
  }
}

/** `run(what, how)` does it, says so in a note, and looks at everything anew; false: it failed. */
export function useAction(): { run: (done: string, how: () => Promise<unknown>) => Promise<boolean>; isBusy: boolean } {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(0);
  const run = useCallback(
    async (done: string, how: () => Promise<unknown>) => {
      setBusy((count) => count + 1);
      const isDone = await attempt(how);
      setBusy((count) => count - 1);
      if (!isDone) return false;
      notifications.show({ message: done, autoClose: 4_000 });
      await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[2] !== "jobs" });
      return true;
    },
    [queries],
  );
  return { run, isBusy: busy > 0 };
}
