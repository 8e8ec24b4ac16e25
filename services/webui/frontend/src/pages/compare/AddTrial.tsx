// Finds a trial by its name and puts it beside the others.
import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { useClient } from "../../api/client";
import { moment } from "../../parts/format";

const SHOWN = 30;

export function AddTrial({ without, add }: { without: readonly string[]; add: (trialId: string) => void }) {
  const client = useClient();
  const [text, setText] = useState("");
  const [name] = useDebouncedValue(text, 200);
  const { data } = useQuery({
    queryKey: ["trials", "named", name],
    queryFn: () => client.trials({ name: name || undefined, limit: SHOWN, archived: "any" }),
    placeholderData: (old) => old,
  });
  const options = (data?.items ?? [])
    .filter((each) => !without.includes(each.trial_id))
    .map((each) => ({
      value: each.trial_id,
      label: `${each.name} · ${each.algorithm} · ${each.state} · ${moment(each.submitted_at)}`,
    }));
  return (
    <Select
      size="xs"
      w={{ base: 240, sm: 360 }}
      aria-label="Add a trial"
      placeholder="Add a trial: type its name"
      data={options}
      value={null}
      searchable
      searchValue={text}
      onSearchChange={setText}
      filter={({ options: all }) => all}
      nothingFoundMessage="No other trial has such a name"
      maxDropdownHeight={320}
      onChange={(value) => {
        if (!value) return;
        setText("");
        add(value);
      }}
    />
  );
}
