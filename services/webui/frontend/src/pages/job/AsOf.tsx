// Where a job is shown as it was: at which moment, what is not of then, and the way back.
import { Button, Text } from "@mantine/core";

import { useMoment } from "../../moment/context";
import { moment as when } from "../../parts/format";
import { useQueryState } from "../../shell/location";
import classes from "./Job.module.css";

export function AsOf() {
  const moment = useMoment();
  const [, change] = useQueryState();
  if (!moment) return null;
  return (
    <section className={classes["past"]} aria-label="Time travel" aria-busy={moment.isMoving}>
      <Text size="sm" className="numbers">
        As of {when(moment.time)}, event {moment.at.toLocaleString("en")}. Its log and its files are as they are now.
      </Text>
      <Button size="compact-sm" variant="light" onClick={() => change({ at: undefined }, { push: true })}>
        Back to now
      </Button>
    </section>
  );
}
