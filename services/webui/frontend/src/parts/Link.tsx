// A link to a place of these pages.
import { Anchor, type AnchorProps } from "@mantine/core";
import type { ReactNode } from "react";

import { hrefs } from "../shell/location";

export const trialPath = (trialId: string): string => `/trial/${encodeURIComponent(trialId)}`;
export const jobPath = (jobId: string): string => `/job/${encodeURIComponent(jobId)}`;

export function Link({ to, children, ...anchor }: AnchorProps & { to: string; children: ReactNode; title?: string }) {
  return (
    <Anchor href={hrefs(to)} {...anchor}>
      {children}
    </Anchor>
  );
}
