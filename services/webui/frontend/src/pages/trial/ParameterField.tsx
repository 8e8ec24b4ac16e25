// One parameter of a point: a number within its range, or one of its choices.
import { Select, TextInput } from "@mantine/core";

import type { Parameter } from "../../space/outline";
import { optionsOf, rangeOf } from "./points";

interface Given {
  parameter: Parameter;
  text: string;
  problem: string | undefined;
  change: (text: string) => void;
}

export function ParameterField({ parameter, text, problem, change }: Given) {
  if (parameter.kind === "choice")
    return (
      <Select
        label={parameter.name}
        description="one of its values"
        data={optionsOf(parameter)}
        value={text}
        allowDeselect={false}
        searchable={parameter.values.length > 8}
        error={problem}
        onChange={(value) => change(value ?? text)}
      />
    );
  return (
    <TextInput
      label={parameter.name}
      description={rangeOf(parameter) + (parameter.log ? ", log" : "")}
      value={text}
      inputMode="decimal"
      error={problem}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
