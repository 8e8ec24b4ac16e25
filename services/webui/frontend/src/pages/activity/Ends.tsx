// What stands where the stream holds nothing, and behind its last row.
import { Button, Code, Group, Loader, Text } from "@mantine/core";

import { Empty, Failure } from "../../parts/Notes";
import { Link } from "../../parts/Link";
import { useQueryState } from "../../shell/location";
import classes from "./Activity.module.css";
import { NAMES } from "./wanted";

export function NoEvents({ isFiltered }: { isFiltered: boolean }) {
  const [, change] = useQueryState();
  if (!isFiltered)
    return (
      <Empty title="Nothing has happened yet">
        Everything that happens to trials, jobs and workers shows up here. <Link to="/new">Submit a trial</Link>, or
        start a worker with <Code>hyperdock-worker</Code>.
      </Empty>
    );
  const showAll = () => change(Object.fromEntries(NAMES.map((name) => [name, undefined])));
  return (
    <Empty title="No event is like this">
      <Button size="xs" variant="default" onClick={showAll}>
        Show all events
      </Button>
    </Empty>
  );
}

interface Given {
  /** Older events stand below this position; null: there are none. */
  below: number | null;
  error: Error | null;
  /** Many were looked through, and none was to be shown. */
  isTired: boolean;
  isEmpty: boolean;
  onMore: () => void;
}

export function StreamEnd({ below, error, isTired, isEmpty, onMore }: Given) {
  if (error) return <Failure error={error} retry={onMore} />;
  if (below === null) return isEmpty ? null : <p className={classes["end"]}>These are all.</p>;
  if (!isTired)
    return (
      <Group className={classes["end"]} gap="xs" justify="center">
        <Loader size="xs" aria-hidden />
        <Text size="sm" c="dimmed" className="numbers">
          Looking at what is older than #{below}
        </Text>
      </Group>
    );
  return (
    <Group className={classes["end"]} gap="xs" justify="center">
      <Text size="sm" c="dimmed" className="numbers">
        {isEmpty ? "No such event" : "No other one"} back to #{below}.
      </Text>
      <Button size="compact-xs" variant="default" onClick={onMore}>
        Look further back
      </Button>
    </Group>
  );
}
