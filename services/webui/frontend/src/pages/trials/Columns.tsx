// The heads of the columns, and the box that selects all trials of the list.
import { useEffect, useRef } from "react";

import type { Sort } from "./filters";
import type { Selection } from "./useSelection";
import classes from "./TrialTable.module.css";

interface Given {
  sort: Sort;
  ids: readonly string[];
  selection: Selection;
}

export function Columns({ sort, ids, selection }: Given) {
  const box = useRef<HTMLInputElement>(null);
  const count = ids.filter((id) => selection.ids.has(id)).length;
  const isAll = count > 0 && count === ids.length;
  useEffect(() => {
    if (box.current) box.current.indeterminate = count > 0 && !isAll;
  }, [count, isAll]);
  return (
    <div role="rowgroup" className={classes["columns"]}>
      <div role="row" aria-rowindex={1} className={classes["head"]}>
        <div role="columnheader" className={classes["check"]}>
          <input
            ref={box}
            type="checkbox"
            aria-label="Select all"
            checked={isAll}
            onChange={() => selection.set(isAll ? [] : ids)}
          />
          <span className={classes["all"]} aria-hidden>
            Select all
          </span>
        </div>
        <div role="columnheader" className={classes["name"]} aria-sort={sort === "name" ? "ascending" : undefined}>
          Name
        </div>
        <div role="columnheader" className={classes["state"]}>
          State
        </div>
        <div role="columnheader" className={classes["progress"]}>
          Progress
        </div>
        <div role="columnheader" className={classes["best"]}>
          Best loss
        </div>
        <div role="columnheader" className={classes["running"]}>
          Running
        </div>
        <div role="columnheader" className={classes["failed"]}>
          Failed
        </div>
        <div
          role="columnheader"
          className={classes["age"]}
          aria-sort={sort === "submitted_at" ? "descending" : undefined}
        >
          Submitted
        </div>
        <div role="columnheader" className={classes["target"]}>
          Algorithm, target
        </div>
        <div role="columnheader" className={classes["menu"]}>
          <span className="visually-hidden">Actions</span>
        </div>
      </div>
    </div>
  );
}
