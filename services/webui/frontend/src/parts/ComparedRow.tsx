// A row of a table that puts things side by side: marked where they differ, not by colour alone.
import type { ReactNode } from "react";

interface Given {
  name: string;
  isDifferent?: boolean | undefined;
  /** One of each thing that is compared, in the order of the columns. */
  cells: readonly ReactNode[];
}

export function ComparedRow({ name, isDifferent, cells }: Given) {
  return (
    <tr data-different={isDifferent}>
      <th scope="row">
        {name}
        {isDifferent && (
          <>
            {" ≠ "}
            <span className="visually-hidden">differs</span>
          </>
        )}
      </th>
      {cells.map((cell, at) => (
        <td key={at}>{cell}</td>
      ))}
    </tr>
  );
}
