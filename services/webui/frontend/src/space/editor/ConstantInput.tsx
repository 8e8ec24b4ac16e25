// The value of a constant, whatever its type, as JSON or as a bare text.
import { TextInput, type TextInputProps } from "@mantine/core";

import { tokenOf, valueOfToken } from "../tokens";
import { useTyped } from "../useTyped";

interface Asked extends Omit<TextInputProps, "value" | "onChange"> {
  value: unknown;
  onChange: (value: unknown) => void;
}

const read = (text: string): unknown => (text.trim() ? valueOfToken(text) : undefined);
const write = (value: unknown): string => (value === undefined ? "" : tokenOf(value));

export function ConstantInput({ value, onChange, ...input }: Asked) {
  const [text, type] = useTyped(value, read, write);
  return (
    <TextInput
      autoComplete="off"
      spellCheck={false}
      placeholder="10, true, adam"
      value={text}
      onChange={(event) => onChange(type(event.currentTarget.value))}
      {...input}
    />
  );
}
