// A link to a place of these pages; where the past is shown, to the place as it was at that moment.
import { Anchor, type AnchorProps } from "@mantine/core";
import type { ReactNode } from "react";

import { useAsOf } from "../moment/context";
import { hrefs } from "../shell/location";

export const trialPath = (trialId: string): string => `/trial/${encodeURIComponent(trialId)}`;
export const jobPath = (jobId: string): string => `/job/${encodeURIComponent(jobId)}`;

export function Link({ to, children, ...anchor }: AnchorProps & { to: string; children: ReactNode; title?: string }) {
  const asOf = useAsOf();
  return (
    <Anchor href={hrefs(asOf(to))} {...anchor}>
      {children}
    </Anchor>
  );
}
