// How long ago something was; the exact moment on pointing at it.
import { ago, moment } from "./format";
import { useNow } from "./clock";

export function Ago({ at }: { at: number | null | undefined }) {
  const now = useNow();
  if (at === null || at === undefined) return null;
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={moment(at)}>
      {ago(at, now)}
    </time>
  );
}
