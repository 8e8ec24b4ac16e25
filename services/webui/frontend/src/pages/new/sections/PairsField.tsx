// Variables of the target as rows of a name and a value.
import { ActionIcon, Button, Input, Text, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";

import { textOf } from "../../../space/useTyped";
import { useField } from "../form";
import classes from "../New.module.css";
import { pairsOf, problemsOfPairs, writtenPairs, type Pair } from "../pairs";

interface Asked {
  field: string;
  label: string;
  add: string;
  ofValue: string;
  placeholders: readonly [string, string];
}

export function PairsField({ field, label, add, ofValue, placeholders }: Asked) {
  const { id, value, error, set } = useField(field);
  const pairs = pairsOf(value);
  if (!pairs)
    return (
      <Text size="sm" c="dimmed">
        {label}: it is neither a mapping nor a list; edit it as YAML.
      </Text>
    );
  const problems = problemsOfPairs(pairs);
  const write = (all: readonly Pair[]) => set(writtenPairs(all));
  const change = (at: number, pair: Pair) => write(pairs.map((each, i) => (i === at ? pair : each)));
  const hasOwn = problems.some((each) => each !== undefined);
  return (
    <div role="group" aria-label={label}>
      <Input.Label labelElement="div" size="sm" mb={4} display="block">
        {label}
      </Input.Label>
      {pairs.map((pair, at) => (
        <div key={at} className={classes["pair"]}>
          <TextInput
            id={at === 0 ? id : undefined}
            aria-label={`Name of variable ${at + 1} of ${label}`}
            size="xs"
            placeholder={placeholders[0]}
            autoComplete="off"
            spellCheck={false}
            value={pair.name}
            error={problems[at]}
            onChange={(event) => change(at, { ...pair, name: event.currentTarget.value.replace("=", "") })}
          />
          <TextInput
            aria-label={`${ofValue} of ${pair.name || `variable ${at + 1}`}`}
            size="xs"
            placeholder={placeholders[1]}
            autoComplete="off"
            spellCheck={false}
            value={textOf(pair.value)}
            onChange={(event) => change(at, { ...pair, value: event.currentTarget.value })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Take ${pair.name || `variable ${at + 1}`} away`}
            onClick={() => write(pairs.filter((_, i) => i !== at))}
          >
            <IconX size={15} />
          </ActionIcon>
        </div>
      ))}
      {error && !hasOwn && (
        <Text size="xs" c="var(--mantine-color-error)">
          {error}
        </Text>
      )}
      <Button
        id={pairs.length ? undefined : id}
        size="compact-sm"
        variant="default"
        leftSection={<IconPlus size={14} />}
        onClick={() => write([...pairs, { name: "", value: "" }])}
      >
        {add}
      </Button>
    </div>
  );
}
