// "Only when <parameter> is <values>": one condition of a row.
import { ActionIcon, MultiSelect, Select, Text } from "@mantine/core";
import { IconX } from "@tabler/icons-react";

import type { Condition, Row } from "../rows";
import { tokenOf, valueOfToken } from "../tokens";
import classes from "./Space.module.css";
import { Tokens } from "./Tokens";

interface Asked {
  row: Row;
  rows: readonly Row[];
  condition: Condition;
  isFirst: boolean;
  id: string | undefined;
  onChange: (condition: Condition | null) => void;
}

export function ConditionLine({ row, rows, condition, isFirst, id, onChange }: Asked) {
  const taken = new Set(row.when.filter((each) => each !== condition).map(({ on }) => on));
  const isFit = (each: Row) => each.id !== row.id && each.kind !== "float" && each.name && !taken.has(each.id);
  const parent = rows.find((each) => each.id === condition.on);
  const parents = rows.filter((each) => isFit(each) || each === parent);
  const name = row.name || "the parameter";
  return (
    <div className={classes["condition"]}>
      <Text size="sm" span>
        {isFirst ? "only when" : "and"}
      </Text>
      <Select
        id={id}
        aria-label={`${name} depends on`}
        size="xs"
        className={classes["conditionParent"]}
        placeholder={condition.written || "parameter"}
        data={parents.map((each) => ({ value: each.id, label: each.name || "without a name" }))}
        value={condition.on}
        onChange={(on) => onChange({ on, written: "", values: [] })}
        searchable
        nothingFoundMessage="No choice, int or constant here"
      />
      <Text size="sm" span>
        is
      </Text>
      <ConditionValues name={name} parent={parent} condition={condition} onChange={onChange} />
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Take the condition of ${name} away`}
        onClick={() => onChange(null)}
      >
        <IconX size={15} />
      </ActionIcon>
    </div>
  );
}

interface OfValues {
  name: string;
  parent: Row | undefined;
  condition: Condition;
  onChange: (condition: Condition) => void;
}

function ConditionValues({ name, parent, condition, onChange }: OfValues) {
  const label = `Values for ${name}`;
  const set = (values: unknown[]) => onChange({ ...condition, values });
  const look = { size: "xs", className: classes["conditionValues"] };
  if (parent?.kind !== "choice" && parent?.kind !== "constant")
    return <Tokens {...look} name={label} values={condition.values} onChange={set} placeholder="values" />;
  const possible = parent.kind === "choice" ? parent.values : parent.value === undefined ? [] : [parent.value];
  const tokens = [...new Set([...possible, ...condition.values].map(tokenOf))];
  return (
    <MultiSelect
      {...look}
      aria-label={label}
      placeholder={condition.values.length ? undefined : "one or more values"}
      data={tokens}
      value={[...new Set(condition.values.map(tokenOf))]}
      onChange={(all) => set(all.map(valueOfToken))}
    />
  );
}
