// Doing something at the gateway, and saying how it went.
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";

import { messageOf } from "../api/problem";

/** `run(what, how)` does it, says so in a note, and looks at everything anew; false: it failed. */
export function useAction(): { run: (done: string, how: () => Promise<unknown>) => Promise<boolean>; isBusy: boolean } {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(0);
  const run = useCallback(
    async (done: string, how: () => Promise<unknown>) => {
      setBusy((count) => count + 1);
      try {
        await how();
      } catch (error) {
        notifications.show({ color: "red", title: "That did not work", message: messageOf(error), autoClose: 10_000 });
        return false;
      } finally {
        setBusy((count) => count - 1);
      }
      if (done) notifications.show({ message: done, autoClose: 4_000 });
      await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[2] !== "jobs" });
      return true;
    },
    [queries],
  );
  return { run, isBusy: busy > 0 };
}
