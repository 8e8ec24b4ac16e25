// The dry run: what the first jobs would be.
import { Button, Text } from "@mantine/core";
import { useMemo } from "react";

import type { Validated } from "../../api/types";
import { shown } from "../../parts/format";
import { parametersOf, valueOf } from "../../space/outline";
import classes from "./New.module.css";
import { Section } from "./sections/Section";

interface Asked {
  validated: Validated | null;
  isBehind: boolean;
  onAgain: () => void;
}

export function Proposals({ validated, isBehind, onAgain }: Asked) {
  const parameters = useMemo(
    () => (validated ? parametersOf(validated.spec.space).filter(({ kind }) => kind !== "constant") : []),
    [validated],
  );
  const again = (
    <Button
      size="compact-sm"
      variant="default"
      disabled={!validated}
      loading={isBehind && validated !== null}
      onClick={onAgain}
    >
      Run it again
    </Button>
  );
  return (
    <Section title="Dry run" aside={again}>
      {!validated?.proposals.length ? (
        <Text size="sm" c="dimmed">
          The first jobs stand here as soon as nothing is wrong.
        </Text>
      ) : (
        <div className={classes["scroll"]} tabIndex={0} role="region" aria-label="First proposals">
          <table className={classes["proposals"]}>
            <thead>
              <tr>
                <th scope="col">Job</th>
                {parameters.map(({ name }) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {validated.proposals.map((params, i) => (
                <tr key={i}>
                  <th scope="row">{i + 1}</th>
                  {parameters.map(({ name }) => (
                    <td key={name}>{cell(valueOf(params, name))}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

const cell = (value: unknown) => (value === undefined ? <span aria-label="not there">·</span> : shown(value));
