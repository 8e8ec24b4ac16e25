// Puts a text on the clipboard, also where the page came over plain HTTP.
import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useState } from "react";

export function Copy({ text, what, label }: { text: string; what: string; label?: string }) {
  const [isDone, setDone] = useState(false);
  const copy = () => {
    void copyText(text).then(() => {
      setDone(true);
      setTimeout(() => setDone(false), 1500);
    });
  };
  const icon = isDone ? <IconCheck size={16} /> : <IconCopy size={16} />;
  if (label !== undefined)
    return (
      <Button size="xs" variant="default" leftSection={icon} onClick={copy}>
        {isDone ? "Copied" : label}
      </Button>
    );
  return (
    <Tooltip label={isDone ? "Copied" : `Copy ${what}`}>
      <ActionIcon variant="subtle" color="gray" aria-label={`Copy ${what}`} onClick={copy}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without HTTPS browsers have no clipboard; a selection can be copied all the same.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way without HTTPS
    document.execCommand("copy");
    area.remove();
  }
}
