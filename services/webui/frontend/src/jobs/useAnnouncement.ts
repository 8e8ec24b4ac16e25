// Says what a change has brought to those who hear the page: once it is at rest, and never of itself.
import { useEffect, useEffectEvent, useState } from "react";

const REST = 600; // ms; a handle that is drawn changes much on its way

/** The text as it was a moment after the last change of `cause`; empty before the first one. */
export function useAnnouncement(cause: unknown, text: string): string {
  const [first] = useState(() => cause);
  const [said, setSaid] = useState("");
  const say = useEffectEvent(() => setSaid(text));
  useEffect(() => {
    if (cause === first) return undefined;
    const timer = setTimeout(() => say(), REST);
    return () => clearTimeout(timer);
  }, [cause, first]);
  return said;
}
