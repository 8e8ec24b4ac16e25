// The first rows of a table in a text: fields in quotes may hold everything, also new lines.

export interface Cells {
  head: string[];
  rows: string[][];
  /** Whether there are more rows than these. */
  isCut: boolean;
}

export function cellsOf(text: string, separator: string, most: number): Cells {
  const all: string[][] = [];
  let row: string[] = [];
  let [at, isCut] = [0, false];
  while (at < text.length) {
    if (all.length > most) {
      isCut = true;
      break;
    }
    const [field, end] = text[at] === '"' ? quoted(text, at) : plain(text, at, separator);
    row.push(field);
    at = end;
    if (text[at] === separator) {
      at += 1;
      if (at < text.length) continue;
      row.push("");
    }
    if (text.startsWith("\r\n", at)) at += 2;
    else at += 1;
    if (row.length > 1 || row[0] !== "") all.push(row);
    row = [];
  }
  return { head: all[0] ?? [], rows: all.slice(1), isCut };
}

function plain(text: string, from: number, separator: string): [string, number] {
  let at = from;
  while (at < text.length && text[at] !== separator && text[at] !== "\n" && text[at] !== "\r") at += 1;
  return [text.slice(from, at), at];
}

/** A field in quotes, and what stands behind them up to the field's end. */
function quoted(text: string, from: number): [string, number] {
  let at = from + 1;
  let field = "";
  for (;;) {
    const end = text.indexOf('"', at);
    if (end < 0) return [field + text.slice(at), text.length];
    field += text.slice(at, end);
    at = end + 1;
    if (text[at] !== '"') break;
    field += '"';
    at += 1;
  }
  while (at < text.length && !",;\t\r\n".includes(text[at] ?? "")) field += text[at++] ?? "";
  return [field, at];
}
