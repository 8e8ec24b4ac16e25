// The stream of recorded events: newest first, live, each opening to its content and its cause.
import { Button } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";

import { PageHead } from "../../parts/PageHead";
import { useQueryState } from "../../shell/location";
import classes from "./Activity.module.css";
import { EventStream } from "./EventStream";
import { SetAsidePanel } from "./SetAsidePanel";
import { pickedOf, wantedOf } from "./wanted";

export default function ActivityPage() {
  const [query] = useQueryState();
  const [isPaused, setPaused] = useState(false);
  const [reading, setReading] = useState(0);
  const wanted = wantedOf(query);
  const { stream, type } = pickedOf(wanted);
  return (
    <div className={classes["page"]}>
      <PageHead title="Activity" tab="Activity">
        <Button
          size="xs"
          variant="default"
          leftSection={isPaused ? <IconPlayerPlay size={14} /> : <IconPlayerPause size={14} />}
          onClick={() => setPaused(!isPaused)}
        >
          {isPaused ? "Go on" : "Pause"}
        </Button>
      </PageHead>
      <SetAsidePanel />
      <EventStream
        key={`${stream ?? ""} ${type ?? ""} ${reading}`}
        wanted={wanted}
        isPaused={isPaused}
        onGoOn={() => setPaused(false)}
        onAnew={() => setReading((count) => count + 1)}
      />
    </div>
  );
}
