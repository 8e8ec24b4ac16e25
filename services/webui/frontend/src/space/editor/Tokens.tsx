// A list of values as tokens, each of which keeps its type: 1 is a number, "1" a text.
import { Pill, PillsInput, type PillsInputProps } from "@mantine/core";
import { useState } from "react";

import { isOpen, tokenOf, valuesOfTokens } from "../tokens";
import classes from "./Space.module.css";

interface Asked extends Omit<PillsInputProps, "value" | "onChange" | "children"> {
  values: readonly unknown[];
  onChange: (values: unknown[]) => void;
  name: string;
  placeholder?: string;
  id?: string | undefined;
}

export function Tokens({ values, onChange, name, placeholder, id, ...input }: Asked) {
  const [typed, setTyped] = useState("");
  const add = (text: string) => {
    setTyped("");
    const more = valuesOfTokens(text);
    if (more.length) onChange([...values, ...more]);
  };
  const without = (at: number) => onChange(values.filter((_, i) => i !== at));
  const press = (event: React.KeyboardEvent) => {
    const isAdding = event.key === "Enter" || (event.key === "," && !isOpen(typed));
    if (isAdding && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      add(typed);
    } else if (event.key === "Backspace" && !typed && values.length) without(values.length - 1);
  };
  const paste = (event: React.ClipboardEvent) => {
    const text = event.clipboardData.getData("text");
    if (!/[,\n]/.test(text)) return;
    event.preventDefault();
    add(typed + text);
  };
  return (
    <PillsInput {...input}>
      <Pill.Group>
        {values.map((value, at) => (
          <Pill
            key={`${at}-${tokenOf(value)}`}
            withRemoveButton
            onRemove={() => without(at)}
            className={classes["token"]}
            data-kind={typeof value}
          >
            {tokenOf(value)}
          </Pill>
        ))}
        <PillsInput.Field
          id={id}
          className={classes["tokenField"]}
          aria-label={name}
          placeholder={values.length ? undefined : placeholder}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={press}
          onPaste={paste}
          onBlur={() => add(typed)}
        />
      </Pill.Group>
    </PillsInput>
  );
}
