// The head of a page: its one h1, the title of the tab, and what can be done there.
import { Group, Title } from "@mantine/core";
import { useEffect, type ReactNode } from "react";

export function PageHead({ title, tab, children }: { title: ReactNode; tab: string; children?: ReactNode }) {
  useEffect(() => {
    document.title = `${tab} · Hyperdock`;
  }, [tab]);
  return (
    <Group justify="space-between" mb="md" gap="sm">
      <Title order={1}>{title}</Title>
      <Group gap="xs">{children}</Group>
    </Group>
  );
}
