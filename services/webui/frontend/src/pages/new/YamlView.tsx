// The document as YAML: lines with their numbers, marked where something is wrong. Loaded when it is wanted.
import { Alert, Text } from "@mantine/core";
import { useEffect, useMemo, useRef } from "react";

import { unwritable } from "../../space/rows";
import type { Problem } from "./check";
import type { Change, Draft } from "./draft";
import { idOf } from "./placing";
import classes from "./Yaml.module.css";
import { amendYaml, lineOf, readYaml, writeYaml } from "./yamlText";

interface Asked {
  draft: Draft;
  change: (change: Change) => void;
  problems: readonly Problem[];
  /** The field to go to, as the gateway calls it. */
  goTo: { field: string } | null;
  /** From a field of the form to that of the document. */
  fieldOf: (field: string) => string;
}

export default function YamlView({ draft, change, problems, goTo, fieldOf }: Asked) {
  const text = useMemo(() => textOf(draft), [draft]);
  const area = useRef<HTMLTextAreaElement>(null);
  const marks = useMemo(() => marksOf(text, problems, fieldOf), [text, problems, fieldOf]);
  const hidden = draft.rows ? unwritable(draft.rows).size : 0;
  const lines = text.split("\n").length;

  useEffect(() => {
    const line = goTo === null ? null : lineOf(area.current?.value ?? "", fieldOf(goTo.field));
    if (line !== null) selectLine(area.current, line);
  }, [goTo, fieldOf]);

  const type = (typed: string) => {
    const read = readYaml(typed);
    change({ kind: "text", text: typed, document: "document" in read ? read.document : null });
  };
  const press = (event: React.KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing) return;
    const { value, selectionStart } = event.currentTarget;
    const indent = /(?:^|\n)( +)[^\n]*$/.exec(value.slice(0, selectionStart))?.[1];
    if (!indent) return;
    event.preventDefault();
    insert(event.currentTarget, `\n${indent}`, type);
  };

  return (
    <div>
      {hidden > 0 && (
        <Alert color="gray" mb="sm" title="To be finished in the form first">
          {hidden === 1 ? "A parameter has" : `${hidden} parameters have`} no name of their own yet: YAML cannot hold
          them all.
        </Alert>
      )}
      <Text size="sm" c="dimmed" mb={6} id="yaml-help">
        The same as the form. Fields are described in docs/trial-file.md; unknown ones are refused.
      </Text>
      <div className={classes["frame"]}>
        <div className={classes["gutter"]} aria-hidden>
          {Array.from({ length: lines }, (_, i) => (
            <div key={i} data-wrong={marks.has(i + 1) || undefined}>
              {i + 1}
            </div>
          ))}
        </div>
        <textarea
          ref={area}
          id={idOf("yaml")}
          className={classes["text"]}
          aria-label="Trial as YAML"
          aria-describedby="yaml-help yaml-problems"
          aria-invalid={marks.size > 0}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          wrap="off"
          readOnly={hidden > 0}
          rows={Math.max(lines, 18)}
          value={text}
          onChange={(event) => type(event.currentTarget.value)}
          onKeyDown={press}
        />
      </div>
      <div id="yaml-problems" className={classes["problems"]} role="status">
        {[...marks].map(([line, problem]) => (
          <div key={line}>
            Line {line}: {problem}
          </div>
        ))}
      </div>
    </div>
  );
}

function textOf(draft: Draft): string {
  if (draft.text === null) return writeYaml(draft.document);
  return draft.isBroken ? draft.text : amendYaml(draft.text, draft.document);
}

/** What is wrong, by line. */
function marksOf(text: string, problems: readonly Problem[], fieldOf: (field: string) => string): Map<number, string> {
  const read = readYaml(text);
  if ("error" in read) return new Map([[read.error.line, read.error.problem]]);
  const found = problems.map(({ field, problem }) => [lineOf(text, fieldOf(field)), problem] as const);
  const lines = found.filter((each): each is readonly [number, string] => each[0] !== null);
  return new Map(lines.toReversed().toSorted(([one], [other]) => one - other));
}

function selectLine(area: HTMLTextAreaElement | null, line: number): void {
  if (!area) return;
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
}

function insert(area: HTMLTextAreaElement, text: string, type: (text: string) => void): void {
  // The command keeps the browser's undo; where it is missing the text is changed without.
  // eslint-disable-next-line @typescript-eslint/no-deprecated, @typescript-eslint/no-unnecessary-condition -- see above
  if (document.execCommand?.("insertText", false, text)) return;
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  type(area.value);
}
