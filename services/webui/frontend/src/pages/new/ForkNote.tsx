// The trial that is forked: from which moment, and whether its results come along.
import { Checkbox, NativeSelect, NumberInput, Text, TextInput } from "@mantine/core";

import { Link, trialPath } from "../../parts/Link";
import type { Row } from "../../space/rows";
import { textOf } from "../../space/useTyped";
import { useQueryState } from "../../shell/location";
import { useForm } from "./form";
import { FILL, lackedRows, momentIn } from "./forking";
import classes from "./New.module.css";
import type { Source } from "./Notices";
import { idOf } from "./placing";

export function ForkNote({ source: { trialId, name, spec } }: { source: Source }) {
  const [query, setQuery] = useQueryState();
  const { draft, problemOf } = useForm();
  const { at, afterJob, results, fill } = momentIn(query);
  const path = at === undefined ? trialPath(trialId) : `${trialPath(trialId)}?at=${at}`;
  return (
    <div className={`card ${classes["note"]}`}>
      <Text size="sm">
        A fork of <Link to={path}>{name}</Link>
        {typeof at === "number" && ` as of event ${at.toLocaleString("en")}`}
        {typeof at === "string" && ` as of ${at}`}
        {afterJob !== undefined && ` as of the end of job ${afterJob.toLocaleString("en")}`}: what was changed until then
        and is not changed here stays as it was.
      </Text>
      <NumberInput
        id={idOf("after_job")}
        error={problemOf("after_job")}
        label="After the end of job"
        description="Its number. Empty: the moment above, or now."
        placeholder="now"
        min={1}
        allowDecimal={false}
        allowNegative={false}
        value={afterJob ?? ""}
        onChange={(value) => setQuery({ after: value === "" ? undefined : String(value) })}
      />
      <Checkbox
        label="Take its results along as known points, where they fit the space"
        checked={results}
        onChange={(event) => setQuery({ results: event.currentTarget.checked ? undefined : "no" })}
      />
      {results &&
        lackedRows(spec, draft.document).map((row) => (
          <Filled
            key={row.name}
            row={row}
            text={fill.get(row.name) ?? ""}
            error={problemOf(FILL + row.name)}
            set={(text) => setQuery({ [FILL + row.name]: text || undefined })}
          />
        ))}
    </div>
  );
}

interface Fill {
  row: Row;
  text: string;
  error: string | undefined;
  set: (text: string) => void;
}

/** What a new parameter was in the results, which lack it. */
function Filled({ row, text, error, set }: Fill) {
  const asked = {
    id: idOf(FILL + row.name),
    label: `What ${row.name} was in the results`,
    description: "Results without a value for it are left out.",
    value: text,
    error,
  };
  if (row.kind !== "choice")
    return <TextInput {...asked} autoComplete="off" onChange={(event) => set(event.currentTarget.value)} />;
  const data = [{ value: "", label: "" }, ...row.values.map((each) => ({ value: textOf(each), label: textOf(each) }))];
  return <NativeSelect {...asked} data={data} onChange={(event) => set(event.currentTarget.value)} />;
}
