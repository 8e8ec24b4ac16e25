// What a job runs, and what it finds there.
import { SegmentedControl, Text } from "@mantine/core";

import { CheckField, SelectField, TextField } from "../fields";
import { useForm } from "../form";
import classes from "../New.module.css";
import { targetOf, type TargetKind } from "../target";
import { CommandField } from "./CommandField";
import { PairsField } from "./PairsField";
import { Fields, More, Section } from "./Section";

const SAID: Record<TargetKind, string> = {
  image: "Each job is a container of the image, with /hyperdock/params.json to read and /hyperdock/loss.json to write.",
  command: "Each job is a process on the worker's host. HYPERDOCK_DIR names the folder of params.json and loss.json.",
  external: "No worker runs anything: programs of your own ask the gateway for params and tell it their losses.",
};

export function TargetSection() {
  const { draft, change } = useForm();
  const kind = targetOf(draft.document);
  return (
    <Section title="Target">
      <SegmentedControl
        aria-label="Kind of target"
        size="sm"
        data={[
          { value: "image", label: "Image" },
          { value: "command", label: "Command" },
          { value: "external", label: "External" },
        ]}
        value={kind}
        onChange={(value) => change({ kind: "target", target: value })}
      />
      <Text size="sm" c="dimmed" mt={6} mb="sm">
        {SAID[kind]}
      </Text>
      {kind === "image" && <ImageFields />}
      {kind === "command" && (
        <Fields>
          <CommandField label="Command" required placeholder="python train.py" />
          <TextField
            field="working_dir"
            label="Working folder"
            placeholder="/home/me/project"
            description="On the worker's host"
          />
        </Fields>
      )}
      {kind !== "external" && <Variables />}
    </Section>
  );
}

function ImageFields() {
  return (
    <Fields>
      <TextField field="image" label="Image" required placeholder="team/digits:1.2" />
      <CommandField label="Command" placeholder="the image's own" />
      <TextField field="data" label="Data" placeholder="datasets/mnist" description="Read-only at /data" />
    </Fields>
  );
}

const OF_CONTAINERS = ["network", "pull", "runtime", "privileged"];

function Variables() {
  const { draft } = useForm();
  const isImage = targetOf(draft.document) === "image";
  return (
    <>
      <div className={classes["below"]}>
        <PairsField
          field="environment"
          label="Environment"
          add="Add a variable"
          ofValue="Value"
          placeholders={["EPOCHS", "10"]}
        />
      </div>
      <More fields={["secrets", ...(isImage ? OF_CONTAINERS : [])]}>
        <PairsField
          field="secrets"
          label="Secrets"
          add="Add a secret"
          ofValue="Secret"
          placeholders={["WANDB_API_KEY", "wandb"]}
        />
        {isImage && (
          <div className={classes["below"]}>
            <Fields>
              <SelectField
                field="network"
                label="Network"
                data={[
                  ["", "the worker's default"],
                  ["none", "none"],
                  ["bridge", "bridge"],
                ]}
              />
              <SelectField
                field="pull"
                label="Pull the image"
                data={[
                  ["missing", "if it is missing"],
                  ["always", "always"],
                  ["never", "never"],
                ]}
              />
              <TextField field="runtime" label="Runtime" placeholder="the engine's" />
              <CheckField field="privileged" label="Privileged" description="Only where the worker allows it" />
            </Fields>
          </div>
        )}
      </More>
    </>
  );
}
