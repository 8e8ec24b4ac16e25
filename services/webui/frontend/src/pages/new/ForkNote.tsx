// The trial that is forked: from which moment, and whether its results come along.
import { Checkbox, NumberInput, Text } from "@mantine/core";

import { Link, trialPath } from "../../parts/Link";
import { useQueryState } from "../../shell/location";
import { momentIn } from "./forking";
import classes from "./New.module.css";
import type { Source } from "./Notices";

export function ForkNote({ source: { trialId, name } }: { source: Source }) {
  const [query, setQuery] = useQueryState();
  const { at, afterJob, results } = momentIn(query);
  const path = at === undefined ? trialPath(trialId) : `${trialPath(trialId)}?at=${at}`;
  return (
    <div className={`card ${classes["note"]}`}>
      <Text size="sm">
        A fork of <Link to={path}>{name}</Link>
        {at !== undefined && ` as of event ${at.toLocaleString("en")}`}
        {afterJob !== undefined && ` as of the end of job ${afterJob.toLocaleString("en")}`}: what was changed until then
        and is not changed here stays as it was.
      </Text>
      <NumberInput
        label="After the end of job"
        description="Its number. Empty: the moment above, or now."
        placeholder="now"
        min={1}
        allowDecimal={false}
        allowNegative={false}
        value={afterJob ?? ""}
        onChange={(value) => setQuery({ after: value === "" ? undefined : String(value) })}
      />
      <Checkbox
        label="Take its results along as known points, where they fit the space"
        checked={results}
        onChange={(event) => setQuery({ results: event.currentTarget.checked ? undefined : "no" })}
      />
    </div>
  );
}
