// The rows of the table: drawn as far as they are in sight, walked through by keys.
import { useId, useMemo, useRef, useState, type ClipboardEvent, type MouseEvent } from "react";
import { useLocation } from "wouter";

import { useAsOf } from "../moment/context";
import { useAnalysis } from "../pages/trial/analysis";
import { jobPath } from "../parts/Link";
import { bestOf } from "./best";
import { tsvOf } from "./csv";
import type { Column } from "./filters";
import { HeadRow } from "./HeadRow";
import classes from "./JobsTable.module.css";
import { cellId, Row } from "./Row";
import { useAnchor } from "./useAnchor";
import { useGridKeys } from "./useGridKeys";
import { useJump, type Jump } from "./useJump";
import type { Order } from "./useOrder";
import { usePicking } from "./usePicking";
import { useWindow } from "./useWindow";
import { HEAD, ROW } from "./widths";

interface Given {
  order: Order;
  columns: readonly Column[];
  height: number | string;
  jump: Jump | null;
}

export function Grid({ order, columns, height, jump }: Given) {
  const { jobs, trial, filters, selected } = useAnalysis();
  const { table, version } = jobs;
  const { rows, sort, sortBy } = order;
  const [, go] = useLocation();
  const asOf = useAsOf();
  const gridId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<string | null>(null);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the table is changed in place
  const best = useMemo(() => bestOf(table, trial.objective), [table, trial.objective, version]);
  const sight = useWindow(scroller, rows.length, columns);
  useAnchor(scroller, rows, JSON.stringify([sort, filters]));

  const reveal = (place: number | null, column: number) => {
    if (place !== null) sight.rows.scrollToIndex(place);
    if (column > 0) sight.columns.scrollToIndex(column);
    else sight.columns.scrollToOffset(0);
  };
  const picking = usePicking(rows);
  const { active, setActive, onKeyDown } = useGridKeys({
    rows,
    columns,
    page: () => Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - HEAD) / ROW) - 1),
    reveal,
    picking,
    open: (row) => go(asOf(jobPath(table.jobId(row)))),
    sortBy,
    filterBy: setOpen,
  });
  useJump(jump, rows, (place, row) => {
    sight.rows.scrollToIndex(place, { align: "center" });
    setActive({ row, column: active?.column ?? "number" });
    scroller.current?.focus({ preventScroll: true });
  });

  const onClick = (event: MouseEvent<HTMLDivElement>) => {
    const target = event.target as HTMLElement;
    const row = target.closest<HTMLElement>("[data-row]")?.dataset["row"];
    if (row === undefined || target.closest("a")) return;
    if (!event.shiftKey && getSelection()?.isCollapsed === false) return; // marked a text to copy it
    const column = target.closest<HTMLElement>("[data-column]")?.dataset["column"] ?? "number";
    setActive({ row: Number(row), column });
    if (event.shiftKey) picking.upTo(Number(row));
    else picking.toggle(Number(row));
  };
  const onCopy = (event: ClipboardEvent) => {
    if (!selected.size || getSelection()?.isCollapsed === false) return;
    event.clipboardData.setData("text/plain", tsvOf(columns, [...selected].filter((row) => table.has(row))));
    event.preventDefault();
  };
  const openFilter = (column: string | null) => {
    setOpen(column);
    if (column === null) scroller.current?.focus({ preventScroll: true });
  };
  const activeAt = columns.findIndex((each) => each.id === active?.column);
  return (
    <div
      ref={scroller}
      role="grid"
      tabIndex={0}
      aria-label="Jobs"
      aria-multiselectable
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length}
      aria-activedescendant={active && activeAt >= 0 ? cellId(gridId, active.row, activeAt) : undefined}
      className={`card numbers ${classes["grid"] ?? ""}`}
      style={{ height }}
      onKeyDown={onKeyDown}
      onMouseDown={(event) => event.shiftKey && event.preventDefault()} // marks no text
      onClick={onClick}
      onCopy={onCopy}
    >
      <div className={classes["all"]} style={{ height: sight.rows.getTotalSize(), width: sight.columns.getTotalSize() }}>
        <HeadRow
          gridId={gridId}
          first={sight.first}
          columns={sight.inSight}
          gap={sight.gap}
          sort={sort}
          filters={filters}
          active={active?.row === null ? active.column : undefined}
          onSort={sortBy}
          open={open}
          onOpen={openFilter}
        />
        {sight.rows.getVirtualItems().map(({ index }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <Row
              key={row}
              gridId={gridId}
              table={table}
              row={row}
              place={index}
              asOf={table.asOf.get(row)}
              first={sight.first}
              columns={sight.inSight}
              gap={sight.gap}
              isPicked={selected.has(row)}
              isBest={row === best}
              active={active?.row === row ? active.column : undefined}
            />
          );
        })}
      </div>
    </div>
  );
}
