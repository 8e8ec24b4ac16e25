// The command of a target, typed as one line and kept as its words.
import { TextInput } from "@mantine/core";

import { useTyped } from "../../../space/useTyped";
import { useField } from "../form";
import classes from "../New.module.css";
import { lineOfWords, wordsOf } from "../words";

const NO_WORDS: readonly unknown[] = [];

interface OfCommand {
  label: string;
  placeholder: string;
  required?: boolean;
}

export function CommandField({ label, placeholder, required = false }: OfCommand) {
  const { id, value, error, set } = useField("command");
  const read = (text: string): unknown => {
    const words = wordsOf(text);
    return words.length || required ? words : undefined;
  };
  const [text, type] = useTyped(value, read, (words) =>
    typeof words === "string" ? words : lineOfWords(Array.isArray(words) ? (words as unknown[]) : NO_WORDS),
  );
  return (
    <TextInput
      size="sm"
      id={id}
      label={label}
      required={required}
      placeholder={placeholder}
      autoComplete="off"
      spellCheck={false}
      classNames={{ input: classes["mono"] ?? "" }}
      value={text}
      error={error}
      onChange={(event) => set(type(event.currentTarget.value))}
    />
  );
}
