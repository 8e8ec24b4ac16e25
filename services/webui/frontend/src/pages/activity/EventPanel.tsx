// One event opened: its content, who said it, and what it follows from.
import { ActionIcon, Group, Tooltip } from "@mantine/core";
import { IconChevronLeft, IconChevronRight, IconX } from "@tabler/icons-react";
import type { KeyboardEvent, ReactNode } from "react";

import type { RecordedEvent } from "../../api/types";
import { Copy } from "../../parts/Copy";
import { Failure, Waiting } from "../../parts/Notes";
import { useQueryState } from "../../shell/location";
import classes from "./Activity.module.css";
import { useEvent } from "./causes";
import { CauseTrail } from "./CauseTrail";
import { EventFacts } from "./EventFacts";
import { Sentence } from "./Sentence";
import { typeName, typeWords } from "./wanted";

interface Given {
  named: string;
  /** The same event, where the page holds it. */
  known: RecordedEvent | undefined;
  /** The last position that is known. */
  newest: number | undefined;
}

export function EventPanel({ named, known, newest = 0 }: Given) {
  const [, change] = useQueryState();
  const { data: event, error, refetch } = useEvent(named, known);
  const position = event?.position ?? (/^\d+$/.test(named) ? Number(named) : 0);
  const open = (to: number) => change({ event: String(to) });
  const close = () => change({ event: undefined });
  const onKeyDown = ({ key }: KeyboardEvent) => {
    if (key === "Escape") close();
  };
  return (
    <section
      className={`card ${classes["panel"] ?? ""}`}
      aria-label={`Event ${event?.position ?? named}`}
      onKeyDown={onKeyDown}
    >
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <h2 className="numbers">
          #{event?.position ?? named}{" "}
          {event && <span className={classes["panelType"]}>{typeWords(typeName(event))}</span>}
        </h2>
        <Group gap={2} wrap="nowrap">
          <Step label="The event before" onClick={() => open(position - 1)} isOff={position <= 1}>
            <IconChevronLeft size={16} />
          </Step>
          <Step label="The event after" onClick={() => open(position + 1)} isOff={position >= newest}>
            <IconChevronRight size={16} />
          </Step>
          <Step label="Close" onClick={close}>
            <IconX size={16} />
          </Step>
        </Group>
      </Group>
      {event ? (
        <>
          <p className={classes["sentence"]}>
            <Sentence event={event} />
          </p>
          <CauseTrail key={event.event_id} event={event} />
          <EventFacts event={event} />
          <Group justify="space-between">
            <h3>Content</h3>
            <Copy text={JSON.stringify(event.data, null, 2)} what="the content" />
          </Group>
          <pre className={classes["json"]} tabIndex={0} aria-label="Content">
            {JSON.stringify(event.data, null, 2)}
          </pre>
        </>
      ) : error ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : (
        <Waiting what="Loading the event" />
      )}
    </section>
  );
}

interface StepGiven {
  label: string;
  onClick: () => void;
  isOff?: boolean;
  children: ReactNode;
}

function Step({ label, onClick, isOff = false, children }: StepGiven) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={onClick} disabled={isOff}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
