// The tags of a trial, edited in their place.
import { ActionIcon, Badge, Button, Group, TagsInput } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useState } from "react";

import { useClient } from "../../api/client";
import type { Trial } from "../../api/types";
import { hrefs } from "../../shell/location";
import { useRefusal } from "../../parts/useRights";
import { useAction } from "../../parts/useAction";

export function Tags({ trial }: { trial: Trial }) {
  const [isEdited, setEdited] = useState(false);
  const why = useRefusal();
  if (isEdited) return <Editor trial={trial} close={() => setEdited(false)} />;
  return (
    <Group gap={6}>
      {trial.tags.map((tag) => (
        <Badge
          key={tag}
          component="a"
          href={hrefs(`/?tag=${encodeURIComponent(tag)}`)}
          variant="default"
          radius="sm"
          tt="none"
          fw={500}
        >
          {tag}
        </Badge>
      ))}
      {why === undefined && (
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label="Edit tags" onClick={() => setEdited(true)}>
          <IconPencil size={14} />
        </ActionIcon>
      )}
    </Group>
  );
}

function Editor({ trial, close }: { trial: Trial; close: () => void }) {
  const client = useClient();
  const { run, isBusy } = useAction();
  const [tags, setTags] = useState(trial.tags);
  const save = async () => {
    if (await run("The tags are saved", () => client.change(trial.trial_id, { tags }))) close();
  };
  return (
    <Group gap="xs">
      <TagsInput
        size="xs"
        aria-label="Tags"
        value={tags}
        onChange={setTags}
        acceptValueOnBlur
        autoFocus
        placeholder="Type a tag, then Enter"
        miw={220}
        comboboxProps={{ withinPortal: false }}
      />
      <Button size="xs" loading={isBusy} onClick={() => void save()}>
        Save tags
      </Button>
      <Button size="xs" variant="default" onClick={close}>
        Cancel
      </Button>
    </Group>
  );
}
