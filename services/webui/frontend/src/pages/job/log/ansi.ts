// Colours in logs: the sixteen that terminals agree on, bold, dim, italic, underline. All other
// control sequences are taken away: they move a cursor that is not there.

export interface Style {
  /** 0 to 15; null: the text's own. */
  fg: number | null;
  bg: number | null;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
  inverse: boolean;
}

export const PLAIN: Style = {
  fg: null,
  bg: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  inverse: false,
};

/** From this character on the text looks so. */
export interface Run {
  from: number;
  style: Style;
}

export interface Decoded {
  text: string;
  /** Empty where all of it is plain. */
  runs: Run[];
  /** How what follows looks. */
  end: Style;
}

// A CSI sequence (its parameters and its final letter), an OSC, DCS or other string, any other escape, any other control.
const CONTROL =
  /\x1b(?:\[([0-?]*)[ -/]*([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|[ -/]*[0-OQ-WYZ`-~])|[\0-\x08\x0b-\x1f\x7f]/g;
const ANY_CONTROL = /[\0-\x08\x0b-\x1f\x7f]/;

export function decode(raw: string, start: Style = PLAIN): Decoded {
  if (start === PLAIN && !ANY_CONTROL.test(raw)) return { text: raw, runs: [], end: PLAIN };
  let text = "";
  let style = start;
  let at = 0;
  const runs: Run[] = start === PLAIN ? [] : [{ from: 0, style: start }];
  for (const found of raw.matchAll(CONTROL)) {
    text += raw.slice(at, found.index);
    at = found.index + found[0].length;
    if (found[2] !== "m" || !/^[0-9;:]*$/.test(found[1] ?? "")) continue;
    style = restyled(style, found[1] ?? "");
    if (runs.at(-1)?.from === text.length) runs.pop();
    runs.push({ from: text.length, style });
  }
  text += raw.slice(at);
  return { text, runs, end: style };
}

/** The style after the numbers of a "Select Graphic Rendition" sequence. */
export function restyled(style: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map(Number);
  let next = style;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      // 5: one of 256, of which the first sixteen are known here; 2: red, green and blue.
      const index = codes[at + 1] === 5 ? codes[at + 2] : undefined;
      const colour = index !== undefined && index < 16 ? index : null;
      next = { ...next, [code === 38 ? "fg" : "bg"]: colour };
      at += codes[at + 1] === 5 ? 2 : 4;
    } else next = { ...next, ...changeOf(code) };
  }
  return isPlain(next) ? PLAIN : next;
}

function changeOf(code: number): Partial<Style> {
  if (code === 0) return PLAIN;
  if (code >= 30 && code <= 37) return { fg: code - 30 };
  if (code >= 40 && code <= 47) return { bg: code - 40 };
  if (code >= 90 && code <= 97) return { fg: code - 82 };
  if (code >= 100 && code <= 107) return { bg: code - 92 };
  return CHANGES[code] ?? {};
}

const CHANGES: Record<number, Partial<Style>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  39: { fg: null },
  49: { bg: null },
};

const isPlain = (style: Style): boolean =>
  style.fg === null && style.bg === null && !(style.bold || style.dim || style.italic || style.underline || style.inverse);
