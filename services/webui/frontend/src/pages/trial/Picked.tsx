// The jobs that people picked in the table or in a plot: one in full, several side by side.
import { ActionIcon, CloseButton, Group, Title, Tooltip } from "@mantine/core";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { useState } from "react";

import { counted, number } from "../../parts/format";
import { useAnalysis } from "./analysis";
import classes from "./Picked.module.css";
import { PickedMany } from "./PickedMany";
import { PickedOne } from "./PickedOne";

const NARROW = "(max-width: 48em)"; // there the table would be hidden behind it

export function Picked() {
  const { jobs, selected, select } = useAnalysis();
  const [isFolded, setFolded] = useState(() => matchMedia(NARROW).matches);
  const rows = [...selected].filter((row) => jobs.table.has(row));
  const [first] = rows;
  if (first === undefined) return null;
  const fold = isFolded ? "Unfold" : "Fold";
  return (
    <aside className={`card ${classes["picked"] ?? ""}`} aria-label="Picked jobs">
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Title order={2} size="sm">
          {rows.length === 1 ? `Job ${first + 1} picked` : `${counted(rows.length, "job")} picked`}
          {isFolded && rows.length === 1 && lossWords(jobs.table.loss.get(first))}
        </Title>
        <Group gap={2} wrap="nowrap">
          <Tooltip label={fold}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={fold}
              aria-expanded={!isFolded}
              onClick={() => setFolded(!isFolded)}
            >
              {isFolded ? <IconChevronUp size={16} /> : <IconChevronDown size={16} />}
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Pick none">
            <CloseButton aria-label="Pick none" onClick={() => select([])} />
          </Tooltip>
        </Group>
      </Group>
      {!isFolded && (rows.length === 1 ? <PickedOne key={first} row={first} /> : <PickedMany rows={rows} />)}
    </aside>
  );
}

const lossWords = (loss: number): string => (Number.isNaN(loss) ? "" : `, loss ${number(loss)}`);
