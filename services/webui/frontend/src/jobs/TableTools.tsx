// What can be done with the table as a whole: go to a job, choose columns, copy, export.
import { Group, TextInput } from "@mantine/core";
import { IconClipboardCopy, IconDownload } from "@tabler/icons-react";
import { useState, type KeyboardEvent } from "react";

import { useAnalysis } from "../pages/trial/analysis";
import { copyText } from "../parts/Copy";
import { counted } from "../parts/format";
import { MenuButton } from "../parts/MenuButton";
import { useAction } from "../parts/useAction";
import { saveAs, useDownload } from "../parts/useDownload";
import { ColumnChooser } from "./ColumnChooser";
import { csvOf, tsvOf } from "./csv";
import type { Column } from "./filters";
import type { Order } from "./useOrder";
import type { ShownColumns } from "./useShownColumns";

interface Given {
  order: Order;
  columns: readonly Column[];
  shown: ShownColumns;
  onJump: (row: number) => void;
}

export function TableTools({ order, columns, shown, onJump }: Given) {
  const { trial, jobs, selected } = useAnalysis();
  const { run } = useAction();
  const download = useDownload();
  const [problem, setProblem] = useState<string | null>(null);
  const { table } = jobs;
  const picked = order.rows.filter((row) => selected.has(row));
  const none = picked.length ? undefined : "Pick rows first";
  const copy = (text: string) => void run(`${counted(picked.length, "row")} copied`, () => copyText(text));
  const save = () => saveAs(`${trial.trial_id}-jobs.csv`, new Blob(csvOf(shown.shown, order.rows), { type: "text/csv" }));

  const jump = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== "Enter") return;
    const number = Number(event.currentTarget.value);
    if (!Number.isInteger(number) || !table.has(number - 1)) setProblem("There is no such job");
    else if (!order.rows.includes(number - 1)) setProblem("The filters hide it");
    else {
      setProblem(null);
      onJump(number - 1);
    }
  };
  return (
    <Group gap="xs" mb="xs" justify="flex-end" align="flex-start">
      <TextInput
        size="xs"
        w={150}
        aria-label="Go to job number"
        placeholder="Go to job number"
        inputMode="numeric"
        error={problem}
        onKeyDown={jump}
        onChange={() => setProblem(null)}
      />
      <ColumnChooser columns={columns} shown={shown} />
      <MenuButton
        label="Copy picked rows"
        icon={<IconClipboardCopy size={18} />}
        heading={counted(picked.length, "picked row")}
        entries={[
          { label: "Copy for a spreadsheet", refusal: none, act: () => copy(tsvOf(shown.shown, picked)) },
          { label: "Copy as CSV", refusal: none, act: () => copy(csvOf(shown.shown, picked).join("")) },
        ]}
      />
      <MenuButton
        label="Export jobs"
        icon={<IconDownload size={18} />}
        entries={[
          { label: "What is shown, as CSV", act: save },
          {
            label: "All jobs and columns, as CSV",
            act: () => download({ kind: "export", trialId: trial.trial_id, format: "csv" }),
          },
          {
            label: "All jobs, as JSON lines",
            act: () => download({ kind: "export", trialId: trial.trial_id, format: "jsonl" }),
          },
        ]}
      />
    </Group>
  );
}
