// One parameter in the editor: its name, type and values, what draws of it look like, and what can be done with it.
import { ActionIcon, Menu, NativeSelect, Text, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconCopy, IconDotsVertical, IconFilter, IconTrash } from "@tabler/icons-react";

import type { RowProblem } from "../check";
import type { Histogram } from "../draws";
import type { Condition, Kind, Row } from "../rows";
import { retyped } from "./changes";
import { ConditionLine } from "./ConditionLine";
import { DrawsPreview } from "./DrawsPreview";
import { ParameterFields } from "./ParameterFields";
import classes from "./Space.module.css";

export interface RowActions {
  change: (row: Row) => void;
  move: (id: string, by: number) => void;
  duplicate: (id: string) => void;
  remove: (id: string) => void;
}

interface Asked {
  row: Row;
  rows: readonly Row[];
  actions: RowActions;
  histogram: Histogram | undefined;
  problemOf: (field: RowProblem["field"]) => string | undefined;
  idOf: (field: RowProblem["field"]) => string;
}

const KINDS: Kind[] = ["float", "int", "choice", "constant"];

export function ParameterRow({ row, rows, actions, histogram, problemOf, idOf }: Asked) {
  const name = row.name || "the parameter";
  const set = (when: Condition[]) => actions.change({ ...row, when });
  const conditionProblem = problemOf("when");
  return (
    <li className={classes["row"]}>
      <div className={classes["name"]} data-label="Name">
        <TextInput
          id={idOf("name")}
          aria-label="Name of the parameter"
          size="xs"
          placeholder="lr or model.depth"
          autoComplete="off"
          spellCheck={false}
          value={row.name}
          onChange={(event) => actions.change({ ...row, name: event.currentTarget.value.trim() })}
          error={problemOf("name")}
        />
      </div>
      <div className={classes["kind"]} data-label="Type">
        <NativeSelect
          aria-label={`Type of ${name}`}
          size="xs"
          data={KINDS}
          value={row.kind}
          onChange={(event) => actions.change(retyped(row, event.currentTarget.value as Kind))}
        />
      </div>
      <ParameterFields row={row} onChange={actions.change} problemOf={problemOf} idOf={idOf} />
      <div className={classes["preview"]} data-label="Draws">
        <DrawsPreview name={row.name} histogram={histogram} />
      </div>
      <div className={classes["actions"]}>
        <RowMenu row={row} rows={rows} actions={actions} />
      </div>
      {row.when.length > 0 && (
        <div className={classes["conditions"]}>
          {row.when.map((condition, at) => (
            <ConditionLine
              key={at}
              row={row}
              rows={rows}
              condition={condition}
              isFirst={at === 0}
              id={at === 0 ? idOf("when") : undefined}
              onChange={(changed) => set(row.when.flatMap((each, i) => (i !== at ? [each] : changed ? [changed] : [])))}
            />
          ))}
          {conditionProblem && (
            <Text size="xs" c="var(--mantine-color-error)">
              {conditionProblem}
            </Text>
          )}
        </div>
      )}
    </li>
  );
}

function RowMenu({ row, rows, actions }: { row: Row; rows: readonly Row[]; actions: RowActions }) {
  const at = rows.indexOf(row);
  const condition: Condition = { on: null, written: "", values: [] };
  const addCondition = () => actions.change({ ...row, when: [...row.when, condition] });
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`More for ${row.name || "the parameter"}`}>
          <IconDotsVertical size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconFilter size={15} />} onClick={addCondition}>
          {row.when.length ? "Add another condition" : "Only under a condition"}
        </Menu.Item>
        <Menu.Item leftSection={<IconArrowUp size={15} />} disabled={at === 0} onClick={() => actions.move(row.id, -1)}>
          Move up
        </Menu.Item>
        <Menu.Item
          leftSection={<IconArrowDown size={15} />}
          disabled={at === rows.length - 1}
          onClick={() => actions.move(row.id, 1)}
        >
          Move down
        </Menu.Item>
        <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => actions.duplicate(row.id)}>
          Duplicate
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={() => actions.remove(row.id)}>
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
