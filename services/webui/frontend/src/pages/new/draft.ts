// What is being written: one trial document, with what the two views need beside it so that neither loses anything.
import { readRows, writeSpace, type Row } from "../../space/rows";
import { withField, type Raw } from "./raw";
import { withTarget, type TargetKind } from "./target";

export interface Draft {
  document: Raw;
  /** The space as the editor has it; null: it can only be written as YAML. */
  rows: Row[] | null;
  /** The YAML as it was last typed, with its comments; null: nobody has typed any. */
  text: string | null;
  /** The text cannot be read; the document is what it last said. */
  isBroken: boolean;
  /** Fields that the kind of target has no use for, in case it is changed back. */
  aside: Raw;
  /** It began as a copy of the trial that the address names. */
  isCopy: boolean;
}

export type Change =
  | { kind: "field"; field: string; value: unknown }
  | { kind: "target"; target: TargetKind }
  | { kind: "rows"; rows: Row[] }
  | { kind: "text"; text: string; document: Raw | null }
  | { kind: "draft"; draft: Draft };

export const draftOf = (document: Raw, text: string | null = null, isCopy = false): Draft => ({
  document,
  rows: rowsOf(document),
  text,
  isBroken: false,
  aside: {},
  isCopy,
});

export const emptyDraft = (): Draft => draftOf({ name: "", image: "", space: {} });

export function changed(draft: Draft, change: Change): Draft {
  switch (change.kind) {
    case "field":
      return { ...draft, document: withField(draft.document, change.field, change.value) };
    case "target":
      return { ...draft, ...withTarget(draft.document, draft.aside, change.target) };
    case "rows":
      return { ...draft, rows: change.rows, document: { ...draft.document, space: writeSpace(change.rows) } };
    case "text":
      if (!change.document) return { ...draft, text: change.text, isBroken: true };
      return { ...draftOf(change.document, change.text, draft.isCopy), aside: draft.aside };
    case "draft":
      return change.draft;
  }
}

function rowsOf(document: Raw): Row[] | null {
  if ("param_space" in document) return null;
  const read = readRows(document["space"]);
  return "rows" in read ? read.rows : null;
}

/** Why the space can only be written as YAML. */
export function reasonOf(document: Raw): string {
  if ("param_space" in document) return "It is written in the original Hyperdock's format, param_space.";
  const read = readRows(document["space"]);
  return "reason" in read ? read.reason : "";
}

const KEY = "hyperdock-new-trial";

/** The draft of this place (a new trial, or a clone of another one) in this tab. */
export function readDraft(place: string): Draft | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(`${KEY}:${place}`) ?? "null") as Draft | null;
    return kept && typeof kept.document === "object" ? kept : null;
  } catch {
    return null;
  }
}

export function keepDraft(place: string, draft: Draft): void {
  try {
    sessionStorage.setItem(`${KEY}:${place}`, JSON.stringify(draft));
  } catch {
    // A full or forbidden storage: the draft lives as long as the page.
  }
}

export const forgetDraft = (place: string): void => sessionStorage.removeItem(`${KEY}:${place}`);
