// Inputs of the form, each bound to one field of the document.
import { Checkbox, NativeSelect, Textarea, TextInput, type TextInputProps } from "@mantine/core";

import { numberOf, textOf, useTyped } from "../../space/useTyped";
import { useField } from "./form";

interface Bound extends Omit<TextInputProps, "value" | "onChange" | "error" | "id"> {
  field: string;
  label: string;
}

/** A text; an empty one takes the field away, unless it has to be there. */
export function TextField({ field, ...input }: Bound) {
  const { id, value, error, set } = useField(field);
  return (
    <TextInput
      size="sm"
      autoComplete="off"
      spellCheck={false}
      {...input}
      id={id}
      value={textOf(value)}
      error={error}
      onChange={(event) => set(event.currentTarget.value || (input.required ? "" : undefined))}
    />
  );
}

/** A number, or an amount such as 1h30m or 4g. */
export function AmountField({ field, ...input }: Bound) {
  const { id, value, error, set } = useField(field);
  const [text, type] = useTyped(value, numberOf, textOf);
  return (
    <TextInput
      size="sm"
      autoComplete="off"
      spellCheck={false}
      {...input}
      id={id}
      value={text}
      error={error}
      className="numbers"
      onChange={(event) => set(type(event.currentTarget.value))}
    />
  );
}

interface Choosable {
  field: string;
  label: string;
  description?: string;
  /** The first one is the default, and stands for leaving the field out. */
  data: readonly (readonly [value: string, label: string])[];
}

export function SelectField({ field, label, description, data }: Choosable) {
  const { id, value, error, set } = useField(field);
  const [first] = data[0] ?? [""];
  const known = data.some(([each]) => each === value) || value === undefined || value === null;
  const shown = known ? data : [...data, [textOf(value), textOf(value)] as const];
  return (
    <NativeSelect
      size="sm"
      id={id}
      label={label}
      description={description}
      data={shown.map(([each, text]) => ({ value: each, label: text }))}
      value={textOf(value) || first}
      error={error}
      onChange={(event) => set(event.currentTarget.value === first ? undefined : event.currentTarget.value)}
    />
  );
}

export function CheckField({ field, label, description }: { field: string; label: string; description?: string }) {
  const { id, value, error, set } = useField(field);
  return (
    <Checkbox
      id={id}
      label={label}
      description={description}
      checked={value === true}
      error={error}
      onChange={(event) => set(event.currentTarget.checked || undefined)}
    />
  );
}

export function NotesField({ field, label, placeholder }: { field: string; label: string; placeholder: string }) {
  const { id, value, error, set } = useField(field);
  return (
    <Textarea
      size="sm"
      id={id}
      label={label}
      placeholder={placeholder}
      autosize
      minRows={2}
      maxRows={14}
      value={textOf(value)}
      error={error}
      onChange={(event) => set(event.currentTarget.value || undefined)}
    />
  );
}
