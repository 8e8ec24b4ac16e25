// A table with one column a trial, and a mark where they differ.
import type { ReactNode } from "react";

import { ComparedRow } from "../../parts/ComparedRow";
import classes from "./Compare.module.css";

export interface Row {
  name: string;
  cells: readonly ReactNode[];
  isDifferent?: boolean;
}

interface Given {
  label: string;
  heads: readonly ReactNode[];
  groups: readonly { title: string; rows: readonly Row[] }[];
}

export function SideBySide({ label, heads, groups }: Given) {
  return (
    <div className={`card ${classes["scroll"] ?? ""}`} tabIndex={0} role="region" aria-label={label}>
      <table className={`${classes["table"] ?? ""} numbers`} style={{ minWidth: 140 + 170 * heads.length }}>
        <thead>
          <tr>
            <td />
            {heads.map((head, at) => (
              <th key={at} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        {groups
          .filter(({ rows }) => rows.length)
          .map(({ title, rows }) => (
            <tbody key={title}>
              {title && (
                <tr className={classes["group"]}>
                  <th scope="rowgroup" colSpan={heads.length + 1}>
                    {title}
                  </th>
                </tr>
              )}
              {rows.map((row) => (
                <ComparedRow key={row.name} {...row} />
              ))}
            </tbody>
          ))}
      </table>
    </div>
  );
}
