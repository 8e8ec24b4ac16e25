// To the job before and the job after, also by the keys k and j.
import { ActionIcon, Tooltip } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useLocation } from "wouter";

import { useAsOf } from "../../moment/context";
import { jobPath } from "../../parts/Link";
import { jobIdOf } from "./ident";

export function Neighbours({ trialId, number, last }: { trialId: string; number: number; last: number }) {
  const [, go] = useLocation();
  const asOf = useAsOf();
  const to = (other: number) => {
    if (other >= 1 && other <= last) go(asOf(jobPath(jobIdOf(trialId, other))));
  };
  useHotkeys([
    ["j", () => to(number + 1)],
    ["k", () => to(number - 1)],
  ]);
  return (
    <ActionIcon.Group>
      <Tooltip label="Job before ( k )">
        <ActionIcon variant="default" size={30} aria-label="Job before" disabled={number <= 1} onClick={() => to(number - 1)}>
          <IconChevronLeft size={16} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Job after ( j )">
        <ActionIcon variant="default" size={30} aria-label="Job after" disabled={number >= last} onClick={() => to(number + 1)}>
          <IconChevronRight size={16} />
        </ActionIcon>
      </Tooltip>
    </ActionIcon.Group>
  );
}
