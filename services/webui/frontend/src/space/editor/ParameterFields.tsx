// The fields of a row that depend on its type: bounds, step and scale, values, or the one value.
import { Checkbox } from "@mantine/core";

import type { RowProblem } from "../check";
import type { Row } from "../rows";
import { ConstantInput } from "./ConstantInput";
import { NumberInput } from "./NumberInput";
import classes from "./Space.module.css";
import { Tokens } from "./Tokens";

interface Asked {
  row: Row;
  onChange: (row: Row) => void;
  problemOf: (field: RowProblem["field"]) => string | undefined;
  idOf: (field: RowProblem["field"]) => string;
}

export function ParameterFields({ row, onChange, problemOf, idOf }: Asked) {
  const name = row.name || "the parameter";
  switch (row.kind) {
    case "choice":
      return (
        <div className={classes["wide"]} data-label="Values">
          <Tokens
            id={idOf("values")}
            name={`Values of ${name}`}
            size="xs"
            placeholder="adam, sgd, 0.5, true"
            values={row.values}
            onChange={(values) => onChange({ ...row, values })}
            error={problemOf("values")}
          />
        </div>
      );
    case "constant":
      return (
        <div className={classes["wide"]} data-label="Value">
          <ConstantInput
            id={idOf("value")}
            aria-label={`Value of ${name}`}
            size="xs"
            value={row.value}
            onChange={(value) => onChange({ ...row, value })}
            error={problemOf("value")}
          />
        </div>
      );
    default:
      return <Range row={row} onChange={onChange} problemOf={problemOf} idOf={idOf} />;
  }
}

const RANGE = [
  ["low", "Low"],
  ["high", "High"],
  ["step", "Step"],
] as const;

function Range({ row, onChange, problemOf, idOf }: Asked) {
  const name = row.name || "the parameter";
  return (
    <>
      {RANGE.map(([field, label]) => (
        <div key={field} className={classes[field]} data-label={label}>
          <NumberInput
            id={idOf(field)}
            aria-label={`${label} of ${name}`}
            size="xs"
            placeholder={field === "step" ? "none" : undefined}
            value={row[field]}
            onChange={(value) => onChange({ ...row, [field]: value })}
            error={problemOf(field)}
          />
        </div>
      ))}
      <div className={classes["log"]} data-label="Log">
        <Checkbox
          aria-label={`Log scale of ${name}`}
          checked={row.log === true}
          onChange={(event) => onChange({ ...row, log: event.currentTarget.checked || undefined })}
        />
      </div>
    </>
  );
}
