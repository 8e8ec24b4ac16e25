// Renders a component as it stands in the application, at an address.
import { render, type RenderResult } from "@testing-library/react";
import { QueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { Surroundings } from "../shell/Surroundings";
import { fakeClient, type FakeClient } from "./fakeClient";

export function show(
  what: ReactNode,
  { client = fakeClient(), at = "/" }: { client?: FakeClient; at?: string } = {},
): RenderResult & { client: FakeClient } {
  history.replaceState(null, "", `/#${at}`);
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const shown = render(
    <Surroundings client={client} queries={queries} env="test">
      {what}
    </Surroundings>,
  );
  return { ...shown, client };
}
