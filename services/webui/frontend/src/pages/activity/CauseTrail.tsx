// What an event follows from, back to where it began.
import { Anchor, Text } from "@mantine/core";

import type { RecordedEvent } from "../../api/types";
import { Failure, Waiting } from "../../parts/Notes";
import { hrefs, useQueryState } from "../../shell/location";
import classes from "./Activity.module.css";
import { useCauses } from "./causes";
import { sentence } from "./wording";
import { typeName } from "./wanted";

export function CauseTrail({ event }: { event: RecordedEvent }) {
  const { data, error, refetch } = useCauses(event);
  if (event.causation_id === null)
    return (
      <Text size="sm" c="dimmed">
        It names no other event as its cause.
      </Text>
    );
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting what="Loading its cause" />;
  const nearest = data.events.at(-1);
  return (
    <div className={classes["cause"]}>
      {nearest ? (
        <Text size="sm">
          because of <ToEvent event={nearest} />: {sentence(nearest)}
        </Text>
      ) : (
        <Text size="sm" c="dimmed">
          Its cause is no longer in the log: it was a pulse, and these are kept for a while only.
        </Text>
      )}
      {data.events.length > 1 && (
        <nav aria-label="Chain of causes">
          <ol className={classes["trail"]}>
            {data.events.map((each) => (
              <li key={each.position}>
                <ToEvent event={each} />
              </li>
            ))}
            <li aria-current="true">#{event.position}</li>
          </ol>
        </nav>
      )}
    </div>
  );
}

/** Opens it in the same list. */
function ToEvent({ event }: { event: RecordedEvent }) {
  const [current] = useQueryState();
  const query = new URLSearchParams(current);
  query.set("event", String(event.position));
  return (
    <Anchor href={hrefs(`/activity?${query.toString()}`)} inherit title={sentence(event)}>
      #{event.position} {typeName(event)}
    </Anchor>
  );
}
