// Begins with an example or a file instead of an empty form.
import { Button, Menu, Text } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useRef } from "react";

import { draftOf, type Draft } from "./draft";
import { TEMPLATES } from "./templates";

interface Asked {
  initial: Draft;
  onDraft: (draft: Draft, why: string) => void;
  onFile: (file: File) => void;
}

export function StartFrom({ initial, onDraft, onFile }: Asked) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Menu position="bottom-end" width={290}>
        <Menu.Target>
          <Button size="xs" variant="default" rightSection={<IconChevronDown size={14} />}>
            Start from
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {TEMPLATES.map(({ name, what, document }) => (
            <Menu.Item
              key={name}
              onClick={() => onDraft(draftOf(document), "What was here is replaced by the example.")}
            >
              {name}
              <Text size="xs" c="dimmed">
                {what}
              </Text>
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => input.current?.click()}>
            A file
            <Text size="xs" c="dimmed">
              YAML or JSON; or drop it onto this page
            </Text>
          </Menu.Item>
          <Menu.Item onClick={() => onDraft(initial, "What was here is gone.")}>Start over</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <input
        ref={input}
        type="file"
        hidden
        accept=".yaml,.yml,.json,application/yaml,application/json"
        aria-label="Trial file"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) onFile(file);
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}
