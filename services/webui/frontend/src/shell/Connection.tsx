// Whether what is shown is live.
import { useFeedStatus } from "../feed/useFeed";
import classes from "./Header.module.css";

const WORDS = { connecting: "connecting", live: "live", away: "no connection, trying again" };

export function Connection() {
  const status = useFeedStatus();
  return (
    <div role="status" className={classes["connection"]} data-status={status ?? undefined}>
      {status && <span>{WORDS[status]}</span>}
    </div>
  );
}
