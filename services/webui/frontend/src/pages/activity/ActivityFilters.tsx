// Which events are shown; all of it stands in the address.
import { Autocomplete, SegmentedControl, Select, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";

import type { RecordedEvent } from "../../api/types";
import { useQueryState } from "../../shell/location";
import classes from "./Activity.module.css";
import { KINDS, trialOf, typesOf, typeWords, workerOf } from "./wanted";

const KIND_WORDS = { trial: "Trials", job: "Jobs", worker: "Workers" };

/** `events` are those that are held: the names in them are offered. */
export function ActivityFilters({ events }: { events: readonly RecordedEvent[] }) {
  const [query, change] = useQueryState();
  const kind = query.get("kind") ?? "";
  const type = query.get("type");
  return (
    <div className={classes["filters"]} role="search" aria-label="Events">
      <SegmentedControl
        size="xs"
        aria-label="Events of"
        value={kind}
        onChange={(value) => change({ kind: value, type: type?.startsWith(value) ? type : undefined })}
        data={[{ value: "", label: "All" }, ...KINDS.map((value) => ({ value, label: KIND_WORDS[value] }))]}
      />
      <Select
        size="xs"
        aria-label="Type"
        placeholder="Every type"
        clearable
        searchable
        data={typesOf(kind).map((value) => ({ value, label: typeWords(value) }))}
        value={type}
        onChange={(value) => change({ type: value ?? undefined })}
        clearButtonProps={{ "aria-label": "Every type" }}
      />
      <Named name="trial" label="Trial" placeholder="Trial id" offered={() => names(events, trialOf)} />
      <Named name="worker" label="Worker" placeholder="Worker id" offered={() => names(events, workerOf)} />
      <Named name="actor" label="Asked for by" placeholder="Asked for by" offered={() => names(events, actorOf)} />
      <TextInput
        size="xs"
        aria-label="Search in the events"
        placeholder="Search"
        leftSection={<IconSearch size={14} aria-hidden />}
        value={query.get("q") ?? ""}
        onChange={(event) => change({ q: event.currentTarget.value })}
      />
    </div>
  );
}

interface NamedGiven {
  name: "trial" | "worker" | "actor";
  label: string;
  placeholder: string;
  offered: () => string[];
}

/** A whole name: it counts when it is picked, or on Enter and on leaving the field. */
function Named({ name, label, placeholder, offered }: NamedGiven) {
  const [query, change] = useQueryState();
  const value = query.get(name) ?? "";
  const [draft, setDraft] = useState<string>();
  const [names, setNames] = useState<string[]>([]);
  const settle = (text: string) => {
    setDraft(undefined);
    if (text.trim() !== value) change({ [name]: text.trim() });
  };
  return (
    <Autocomplete
      size="xs"
      aria-label={label}
      placeholder={placeholder}
      data={names}
      limit={50}
      value={draft ?? value}
      onFocus={() => setNames(offered())}
      onChange={(text) => (text ? setDraft(text) : settle(""))}
      onOptionSubmit={settle}
      onBlur={() => draft !== undefined && settle(draft)}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !event.defaultPrevented) settle(event.currentTarget.value);
      }}
      clearable
      clearButtonProps={{ "aria-label": `Any ${name}` }}
    />
  );
}

const actorOf = (event: RecordedEvent): string | null => event.actor;

const names = (events: readonly RecordedEvent[], of: (event: RecordedEvent) => string | null): string[] =>
  [...new Set(events.map(of))].filter((each) => each !== null && each !== "").toSorted() as string[];
