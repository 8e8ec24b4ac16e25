// The document as YAML: read with the place of what is wrong, written, and changed in place so that comments, order
// and spelling of what somebody typed stay. Comes with a library, so only the YAML view and files load it.
import { isAlias, isMap, isPair, isScalar, LineCounter, parseDocument, stringify, visit } from "yaml";
import type { Document, YAMLMap } from "yaml";

import { pathOf } from "../../space/outline";
import { isRaw, isSame, type Raw } from "./raw";

export interface TextProblem {
  /** From 1. */
  line: number;
  problem: string;
}

const READ = { merge: true, prettyErrors: false, version: "1.2" } as const;
const WRITE = { lineWidth: 110, flowCollectionPadding: false, indentSeq: true } as const;

export function readYaml(text: string): { document: Raw } | { error: TextProblem } {
  const lines = new LineCounter();
  const parsed = parseDocument(text, { ...READ, lineCounter: lines });
  const at = (offset: number) => lines.linePos(offset).line;
  const error = parsed.errors[0];
  if (error) return { error: { line: at(error.pos[0]), problem: plainly(error.message) } };
  const foreign = firstForeign(parsed, at);
  if (foreign) return { error: foreign };
  try {
    const document: unknown = parsed.toJS({ maxAliasCount: 100 });
    if (isRaw(document)) return { document };
  } catch (thrown) {
    return { error: { line: 1, problem: thrown instanceof Error ? thrown.message : String(thrown) } };
  }
  return { error: { line: 1, problem: "A trial file has fields: name, image, space and others" } };
}

const plainly = (message: string): string => message.replace(/ at line \d+.*$/s, "").trim();

/** What JSON cannot hold, or this page not exactly. */
function firstForeign(parsed: Document.Parsed, at: (offset: number) => number): TextProblem | null {
  let found: TextProblem | null = null;
  visit(parsed, {
    Scalar(_, { value, source, range }) {
      if (typeof value !== "number") return undefined;
      const isExact = !/^[-+]?\d+$/.test(source ?? "") || Number.isSafeInteger(value);
      if (Number.isFinite(value) && isExact) return undefined;
      const problem = isExact ? "A number must be finite" : "This whole number is too long to be exact: quote it";
      found = { line: at(range?.[0] ?? 0), problem };
      return visit.BREAK;
    },
  });
  return found;
}

export const writeYaml = (document: Raw): string => {
  const made = parseDocument(stringify(document, { ...WRITE, aliasDuplicateObjects: false }), READ);
  inline(made);
  return made.toString(WRITE);
};

/** Parameters, short lists and the like stand on one line, as people write them. */
function inline(document: Document): void {
  visit(document, {
    Collection(key, node, path) {
      const parent = path.at(-1);
      if (key === null || !isPair(parent)) return undefined;
      const isFlat = node.items.every((each) => isScalar(each) || (isPair(each) && isSmall(each.value)));
      if (isFlat && node.items.length <= 8 && node.toString().length <= 90 && !ALWAYS_BLOCK.has(String(parent.key)))
        node.flow = true;
      return node.flow ? visit.SKIP : undefined;
    },
  });
}

const ALWAYS_BLOCK = new Set(["space", "environment", "budget"]);

/** A scalar, a list of scalars, or one level of conditions. */
function isSmall(value: unknown): boolean {
  if (isScalar(value) || value === null) return true;
  if (isMap(value))
    return value.items.length <= 2 && value.items.every((each) => !isMap(each.value) && isSmall(each.value));
  return typeof value === "object" && "items" in value && (value.items as unknown[]).every(isScalar);
}

/** The text changed so that it says the document; what says so already stays as it was typed. */
export function amendYaml(text: string, document: Raw): string {
  const read = readYaml(text);
  if ("document" in read && isSame(read.document, document)) return text;
  const parsed = parseDocument(text, READ);
  let hasAlias = parsed.errors.length > 0 || !isMap(parsed.contents);
  visit(parsed, { Alias: () => void (hasAlias = true) });
  if (hasAlias) return writeYaml(document);
  amend(parsed, parsed.contents as YAMLMap, document);
  const written = parsed.toString(WRITE);
  const again = readYaml(written);
  return "document" in again && isSame(again.document, document) ? written : writeYaml(document);
}

function amend(parsed: Document, map: YAMLMap, wanted: Raw): void {
  for (const pair of [...map.items]) {
    const key = String(isScalar(pair.key) ? pair.key.value : pair.key);
    if (!Object.hasOwn(wanted, key)) map.delete(pair.key);
  }
  for (const [key, value] of Object.entries(wanted)) {
    const pair = map.items.find((each) => String(isScalar(each.key) ? each.key.value : each.key) === key);
    const known = pair?.value;
    if (isMap(known) && isRaw(value)) amend(parsed, known, value);
    else if (pair && !isAlias(known) && isSame(jsOf(parsed, known), value)) continue;
    else if (pair && isScalar(known) && (typeof value !== "object" || value === null)) known.value = value;
    else {
      const node = parsed.createNode(value, { aliasDuplicateObjects: false });
      if (pair) pair.value = node;
      else map.add(parsed.createPair(key, node));
      if (!map.flow && isMap(node)) inlineBelow(node);
    }
  }
}

const jsOf = (parsed: Document, node: unknown): unknown =>
  typeof node === "object" && node !== null && "toJS" in node
    ? (node as { toJS(doc: Document): unknown }).toJS(parsed)
    : node;

function inlineBelow(node: YAMLMap): void {
  const isFlat = node.items.every((each) => isScalar(each) || (isPair(each) && isSmall(each.value)));
  if (isFlat && node.toString().length <= 90) node.flow = true;
  else for (const each of node.items) if (isMap(each.value)) inlineBelow(each.value);
}

/** In which line a field of the document stands, or the nearest thing around it; null: nowhere. */
export function lineOf(text: string, field: string): number | null {
  const lines = new LineCounter();
  const parsed = parseDocument(text, { ...READ, lineCounter: lines });
  const keys: (string | number)[] = field
    .split(/\[(\d+)\]\.?/)
    .flatMap((part, i): (string | number)[] => (i % 2 ? [Number(part)] : part ? pathOf(part) : []));
  for (let length = keys.length; length > 0; length--) {
    const node = parsed.getIn(keys.slice(0, length), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return null;
}
