// The draft as a form. While its YAML cannot be read there is no form: two truths would be one too many.
import { Alert, Button, Group, Text } from "@mantine/core";

import { useForm } from "./form";
import { AboutSection } from "./sections/AboutSection";
import { AlgorithmSection } from "./sections/AlgorithmSection";
import { BudgetSection, ResourcesSection } from "./sections/RunSection";
import { SpaceSection } from "./sections/SpaceSection";
import { TargetSection } from "./sections/TargetSection";

export function FormView({ onYaml }: { onYaml: () => void }) {
  const { draft, change } = useForm();
  if (draft.isBroken)
    return (
      <Alert color="red" title="The YAML cannot be read">
        <Text size="sm" mb="xs">
          The form comes back as soon as the YAML is mended. What could be read last is still known.
        </Text>
        <Group gap="xs">
          <Button size="xs" onClick={onYaml}>
            Mend the YAML
          </Button>
          <Button
            size="xs"
            variant="default"
            onClick={() => change({ kind: "draft", draft: { ...draft, text: null, isBroken: false } })}
          >
            Discard what was typed since
          </Button>
        </Group>
      </Alert>
    );
  return (
    <>
      <AboutSection />
      <TargetSection />
      <SpaceSection onYaml={onYaml} />
      <AlgorithmSection />
      <BudgetSection />
      <ResourcesSection />
    </>
  );
}
