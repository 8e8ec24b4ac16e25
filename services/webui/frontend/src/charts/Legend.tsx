// Which colour stands for what, as text beside the plot: it wraps, and is read aloud.
import { Group, Text } from "@mantine/core";

import classes from "./Legend.module.css";

export function Legend({ items }: { items: readonly { color: string; label: string }[] }) {
  return (
    <Group gap="sm" component="ul" className={classes["legend"]}>
      {items.map(({ color, label }) => (
        <Group key={label} component="li" gap={5} wrap="nowrap">
          <span className={classes["swatch"]} style={{ background: color }} aria-hidden />
          <Text size="xs" className="numbers">
            {label}
          </Text>
        </Group>
      ))}
    </Group>
  );
}
