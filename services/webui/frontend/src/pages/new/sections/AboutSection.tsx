// What people call the trial, find it by and say about it.
import { Input, SegmentedControl } from "@mantine/core";

import { Tokens } from "../../../space/editor/Tokens";
import { textOf } from "../../../space/useTyped";
import { NotesField, TextField } from "../fields";
import { useField } from "../form";
import classes from "../New.module.css";
import { Fields, Section } from "./Section";

export function AboutSection() {
  const objective = useField("objective");
  return (
    <Section title="About">
      <Fields>
        <TextField field="name" label="Name" required placeholder="digits-svm" />
        <div>
          <Input.Label labelElement="div" size="sm" id="objective-label">
            Objective
          </Input.Label>
          <SegmentedControl
            fullWidth
            id={objective.id}
            aria-labelledby="objective-label"
            size="sm"
            data={[
              { value: "minimize", label: "Minimize" },
              { value: "maximize", label: "Maximize" },
            ]}
            value={objective.value === "maximize" ? "maximize" : "minimize"}
            onChange={(value) => objective.set(value === "minimize" ? undefined : value)}
          />
        </div>
        <Tags />
      </Fields>
      <div className={classes["below"]}>
        <NotesField field="notes" label="Notes" placeholder="Why this trial is run; Markdown." />
      </div>
    </Section>
  );
}

function Tags() {
  const { id, value, error, set } = useField("tags");
  const tags = Array.isArray(value) ? value : [];
  return (
    <Tokens
      id={id}
      name="Tags"
      label="Tags"
      size="sm"
      placeholder="svm, baseline"
      values={tags}
      error={error}
      onChange={(all) => set(all.length ? all.map(textOf) : undefined)}
    />
  );
}
