// What is searched: the editor, or why it cannot show this space; and the points to begin with.
import { Alert, Button, Text } from "@mantine/core";

import { SpaceEditor } from "../../../space/editor/SpaceEditor";
import { counted } from "../../../parts/format";
import { reasonOf } from "../draft";
import { useForm } from "../form";
import { idOf } from "../placing";
import { Section } from "./Section";

export function SpaceSection({ onYaml }: { onYaml: () => void }) {
  const { draft, change, problemOf } = useForm();
  const problem = problemOf("space");
  return (
    <Section title="Search space">
      <div id={idOf("space")} tabIndex={-1}>
        {draft.rows ? (
          <SpaceEditor
            rows={draft.rows}
            onChange={(rows) => change({ kind: "rows", rows })}
            problemOf={(id, field) => problemOf(`space:${id}.${field}`)}
            idOf={(id, field) => idOf(`space:${id}.${field}`)}
          />
        ) : (
          <Alert color="gray" title="This space can only be edited as YAML">
            <Text size="sm" mb="xs">
              {reasonOf(draft.document)} It is kept as it is.
            </Text>
            <Button size="xs" variant="default" onClick={onYaml}>
              Edit it as YAML
            </Button>
          </Alert>
        )}
        {problem && (
          <Text size="sm" c="var(--mantine-color-error)" mt="xs">
            {problem}
          </Text>
        )}
      </div>
      <Points onYaml={onYaml} />
    </Section>
  );
}

function Points({ onYaml }: { onYaml: () => void }) {
  const { draft, change } = useForm();
  const points = draft.document["points"];
  const leaveOut = () => change({ kind: "field", field: "points", value: undefined });
  if (!Array.isArray(points) || !points.length) return null;
  return (
    <Text size="sm" c="dimmed" mt="sm" component="div">
      Begins with {counted(points.length, "given point")}.{" "}
      <Button size="compact-xs" variant="subtle" onClick={onYaml}>
        Edit as YAML
      </Button>
      <Button size="compact-xs" variant="subtle" onClick={leaveOut}>
        Leave out
      </Button>
    </Text>
  );
}
