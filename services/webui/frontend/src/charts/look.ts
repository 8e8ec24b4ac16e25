// The colours of the page as plots need them: a canvas knows no CSS variables.
import { useSyncExternalStore } from "react";

import type { JobState } from "../api/types";
import { STATES } from "../jobs/table";
import "./look.css";

export interface Look {
  text: string;
  dimmed: string;
  line: string;
  surface: string;
  accent: string;
  /** Of jobs where their state says nothing. */
  point: string;
  /** Of the jobs that people picked. */
  picked: string;
  state: Record<JobState, string>;
  /** Kinds that have no order. */
  kinds: readonly string[];
  /** One hue, from good to bad. */
  scale: readonly string[];
  font: string;
}

const SCHEME = "data-mantine-color-scheme";
const KINDS = [1, 2, 3, 4, 5, 6, 7, 8];
const STEPS = [1, 2, 3, 4, 5, 6];

export function readLook(root: Element): Look {
  const style = getComputedStyle(root);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: read("--mantine-color-text"),
    dimmed: read("--mantine-color-dimmed"),
    line: read("--hd-line"),
    surface: read("--hd-surface"),
    accent: read("--mantine-color-anchor"),
    point: read("--hd-point"),
    picked: read("--hd-picked"),
    state: Object.fromEntries(STATES.map((each) => [each, read(`--hd-${each}`)])) as Record<JobState, string>,
    kinds: KINDS.map((each) => read(`--hd-kind-${each}`)),
    scale: STEPS.map((each) => read(`--hd-scale-${each}`)),
    font: read("--mantine-font-family") || "sans-serif",
  };
}

let known: { scheme: string | null; look: Look } | undefined;

function watch(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: [SCHEME] });
  return () => observer.disconnect();
}

function current(): Look {
  const scheme = document.documentElement.getAttribute(SCHEME);
  if (known?.scheme !== scheme || !known.look.text) known = { scheme, look: sameOr(known?.look) };
  return known.look;
}

/** A snapshot must be the same object as long as nothing has changed. */
function sameOr(old: Look | undefined): Look {
  const look = readLook(document.documentElement);
  return old && JSON.stringify(old) === JSON.stringify(look) ? old : look;
}

/** The colours of the scheme that is shown now. */
export const useLook = (): Look => useSyncExternalStore(watch, current);
