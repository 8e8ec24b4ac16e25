// The story of a job or a trial: each sentence with the time since the one before it, its event, and
// the event that it follows from.
import { Text } from "@mantine/core";

import type { EventName, Why, WhySentence } from "../api/types";
import { duration, moment } from "../parts/format";
import { Link } from "../parts/Link";
import { Empty, Failure, Waiting } from "../parts/Notes";
import classes from "./Story.module.css";
import { toneOf } from "./tone";
import type { Told } from "./useWhy";

/** What was told of it; before that, that it is on its way or why it does not come. */
export function Story({ told, of }: { told: Told; of: string }) {
  const { data, error, refetch } = told;
  if (data) return <Sentences why={data} of={of} />;
  return error ? <Failure error={error} retry={() => void refetch()} /> : <Waiting what="Loading the story" />;
}

function Sentences({ why, of }: { why: Why; of: string }) {
  if (!why.items.length) return <Empty title="Nothing is recorded yet">Its first event begins the story.</Empty>;
  return (
    <>
      <ol className={classes["story"]} aria-label={`Why ${of} is as it is`}>
        {why.items.map((each, index) => (
          <Step key={each.position} sentence={each} before={why.items[index - 1]} />
        ))}
      </ol>
      {!why.whole && (
        <Text size="sm" c="dimmed" mt="sm">
          It goes on, but too much else happened in the trial meanwhile to look through it.
        </Text>
      )}
    </>
  );
}

function Step({ sentence, before }: { sentence: WhySentence; before: WhySentence | undefined }) {
  const { at, text, because } = sentence;
  return (
    <li className={classes["step"]} data-tone={toneOf(sentence)}>
      <time
        className={`${classes["time"] ?? ""} numbers`}
        dateTime={new Date(at * 1000).toISOString()}
        title={moment(at)}
      >
        {before ? `+${duration(Math.max(0, at - before.at))}` : moment(at)}
      </time>
      <div className={classes["said"]}>
        <p>{text}</p>
        <Text size="xs" c="dimmed" className="numbers">
          <ToEvent event={sentence} />
          {because && (
            <>
              {" follows from "}
              <ToEvent event={because} />
            </>
          )}
        </Text>
      </div>
    </li>
  );
}

/** Opens it on the Activity page. */
function ToEvent({ event }: { event: EventName }) {
  return (
    <Link inherit to={`/activity?event=${event.position}`} title={event.type}>
      #{event.position}
    </Link>
  );
}
