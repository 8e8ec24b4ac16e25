// Who proposes the jobs.
import { Autocomplete, Checkbox, Text, TextInput } from "@mantine/core";

import { numberOf, textOf, useTyped } from "../../../space/useTyped";
import { algorithmOf } from "../check";
import { useField, useForm } from "../form";
import { isRaw, type Raw } from "../raw";
import { Fields, Section } from "./Section";

const NAMES = [
  { group: "Hyperdock's", items: ["auto", "random", "sobol", "grid"] },
  {
    group: "nevergrad's, of many",
    items: [
      ...["NGOpt", "CMA", "OnePlusOne", "TwoPointsDE", "DE", "PSO", "BO"],
      ...["TBPSA", "NelderMead", "Cobyla", "DiscreteOnePlusOne", "Portfolio", "Shiwa"],
    ],
  },
];
/** Options that have a field here; others stand in the YAML. */
const SHOWN = ["points", "scramble"];
const PARTS = ["name", "seed", "options"];

export function AlgorithmSection() {
  const { draft, change, problemOf } = useForm();
  const { id } = useField("algorithm.name");
  const seedField = useField("algorithm.seed");
  const pointsField = useField("algorithm.options");
  const { name, seed, options } = algorithmOf(draft.document);
  const set = (changes: Partial<ReturnType<typeof algorithmOf>>) => {
    const value = written({ name, seed, options, ...changes }, draft.document["algorithm"]);
    change({ kind: "field", field: "algorithm", value });
  };
  const [seedText, typeSeed] = useTyped(seed, numberOf, textOf);
  const [pointsText, typePoints] = useTyped(options["points"], numberOf, textOf);
  const others = Object.keys(options).filter((each) => !SHOWN.includes(each));
  return (
    <Section title="Algorithm">
      <Fields>
        <Autocomplete
          size="sm"
          id={id}
          label="Name"
          placeholder={"param_space" in draft.document ? "grid" : "auto"}
          data={NAMES}
          limit={20}
          value={name}
          error={problemOf("algorithm.name")}
          onChange={(value) => set({ name: value.trim() })}
        />
        <TextInput
          size="sm"
          id={seedField.id}
          label="Seed"
          placeholder="drawn at submission"
          inputMode="numeric"
          autoComplete="off"
          className="numbers"
          value={seedText}
          error={seedField.error}
          onChange={(event) => set({ seed: typeSeed(event.currentTarget.value) })}
        />
        {(name === "grid" || "points" in options) && (
          <TextInput
            size="sm"
            id={pointsField.id}
            label="Points of a float"
            placeholder="needed for floats without steps"
            inputMode="numeric"
            autoComplete="off"
            className="numbers"
            value={pointsText}
            error={pointsField.error}
            onChange={(event) => set({ options: withOption(options, "points", typePoints(event.currentTarget.value)) })}
          />
        )}
        {(name === "sobol" || "scramble" in options) && (
          <Checkbox
            label="Scramble the sequence"
            description="Otherwise every seed gives the same one"
            checked={options["scramble"] !== false}
            onChange={(event) =>
              set({ options: withOption(options, "scramble", event.currentTarget.checked ? undefined : false) })
            }
          />
        )}
      </Fields>
      {others.length > 0 && (
        <Text size="sm" c="dimmed" mt="xs">
          Other options, to be edited as YAML: {others.join(", ")}
        </Text>
      )}
    </Section>
  );
}

const withOption = (options: Raw, name: string, value: unknown): Raw =>
  Object.fromEntries(Object.entries({ ...options, [name]: value }).filter(([, each]) => each !== undefined));

/** In the shortest spelling; what somebody wrote beside is kept. */
function written({ name, seed, options }: ReturnType<typeof algorithmOf>, before: unknown): unknown {
  const unknown = Object.entries(isRaw(before) ? before : {}).filter(([each]) => !PARTS.includes(each));
  const more = {
    ...(seed !== undefined && { seed }),
    ...(Object.keys(options).length && { options }),
    ...Object.fromEntries(unknown),
  };
  if (!Object.keys(more).length) return name || undefined;
  return { ...(name && { name }), ...more };
}
