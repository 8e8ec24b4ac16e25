// What the parts of the form share: the draft, how to change it, and what is wrong with a field.
import { createContext, use } from "react";

import type { Change, Draft } from "./draft";
import { idOf } from "./placing";
import { fieldOf } from "./raw";

export interface Form {
  draft: Draft;
  change: (change: Change) => void;
  problemOf: (field: string) => string | undefined;
}

export const FormContext = createContext<Form | null>(null);

export function useForm(): Form {
  const form = use(FormContext);
  if (!form) throw new Error("there is no form around this component");
  return form;
}

export interface Field {
  id: string;
  value: unknown;
  error: string | undefined;
  set: (value: unknown) => void;
}

export function useField(field: string): Field {
  const { draft, change, problemOf } = useForm();
  return {
    id: idOf(field),
    value: fieldOf(draft.document, field),
    error: problemOf(field),
    set: (value) => change({ kind: "field", field, value }),
  };
}
