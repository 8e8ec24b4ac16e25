// What an event carries besides its content: times, who said it, who asked for it, its names.
import type { ReactNode } from "react";

import type { RecordedEvent } from "../../api/types";
import { Copy } from "../../parts/Copy";
import { duration, moment } from "../../parts/format";
import { Link } from "../../parts/Link";
import { jobWords } from "../../parts/names";
import classes from "./Activity.module.css";
import { jobOf, trialOf } from "./wanted";

const SOON = 1; // s; so much passes between a fact and its record anyway

export function EventFacts({ event }: { event: RecordedEvent }) {
  const delay = event.recorded_at - event.occurred_at;
  const [job, trial] = [jobOf(event), trialOf(event)];
  return (
    <dl className={classes["facts"]}>
      <Fact name="Occurred">{moment(event.occurred_at)}</Fact>
      {delay > SOON && <Fact name="Recorded">{duration(delay)} later</Fact>}
      <Fact name="Told by">{event.producer}</Fact>
      {event.actor && <Fact name="Asked for by">{event.actor}</Fact>}
      <Fact name="Type">{event.type}</Fact>
      <Fact name="Stream">{event.stream}</Fact>
      <Fact name="Id">
        <span className={classes["id"]}>
          {event.event_id}
          <Copy text={event.event_id} what="the id" />
        </span>
      </Fact>
      {event.correlation_id !== null && event.correlation_id !== event.event_id && (
        <Fact name="Chain">
          <Link to={`/activity?event=${encodeURIComponent(event.correlation_id)}`} inherit>
            the event that began it
          </Link>
        </Fact>
      )}
      {trial !== null && (
        <Fact name="See also">
          {job !== null && (
            <>
              <Link to={`/activity?trial=${encodeURIComponent(trial)}&q=${encodeURIComponent(`"${job}"`)}`} inherit>
                all events of {jobWords(job)}
              </Link>
              ,{" "}
            </>
          )}
          <Link to={`/activity?trial=${encodeURIComponent(trial)}`} inherit>
            all of the trial
          </Link>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
