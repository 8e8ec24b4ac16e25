// The choices of a plot, in a row above it.
import { Group, Select, Text } from "@mantine/core";
import type { ReactNode } from "react";

export function Controls({ children }: { children: ReactNode }) {
  return (
    <Group gap="sm" mb={4} align="center">
      {children}
    </Group>
  );
}

interface Choice {
  label: string;
  value: string;
  options: readonly string[];
  choose: (value: string) => void;
}

/** One of some names. */
export function Choose({ label, value, options, choose }: Choice) {
  return (
    <Group gap={6} wrap="nowrap">
      <Text size="xs" c="dimmed" aria-hidden>
        {label}
      </Text>
      <Select
        aria-label={label}
        size="xs"
        w={150}
        data={[...options]}
        value={value}
        searchable={options.length > 8}
        allowDeselect={false}
        onChange={(chosen) => chosen !== null && choose(chosen)}
      />
    </Group>
  );
}

/** What stands where a plot has nothing to show. */
export function Nothing({ children }: { children: ReactNode }) {
  return (
    <Text size="sm" c="dimmed" py="lg" ta="center">
      {children}
    </Text>
  );
}
