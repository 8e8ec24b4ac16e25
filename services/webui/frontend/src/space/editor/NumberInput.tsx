// A number of a parameter; takes 1e-5 and half-written numbers as they are typed.
import { TextInput, type TextInputProps } from "@mantine/core";

import { numberOf, textOf, useTyped } from "../useTyped";

interface Asked extends Omit<TextInputProps, "value" | "onChange"> {
  value: unknown;
  onChange: (value: unknown) => void;
}

export function NumberInput({ value, onChange, ...input }: Asked) {
  const [text, type] = useTyped(value, numberOf, textOf);
  return (
    <TextInput
      inputMode="decimal"
      autoComplete="off"
      spellCheck={false}
      value={text}
      onChange={(event) => onChange(type(event.currentTarget.value))}
      {...input}
      className="numbers"
    />
  );
}
