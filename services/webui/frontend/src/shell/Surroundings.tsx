// What every component may count on: the client, the cache, the theme, notes, the address.
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider, type QueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Router } from "wouter";

import { ClientContext, type Client } from "../api/client";
import { useHashPath, useHashSearch } from "./location";
import { readable, theme } from "./theme";
import { Toasts } from "./Toasts";

interface Given {
  client: Client;
  queries: QueryClient;
  children: ReactNode;
  env?: "default" | "test";
}

export function Surroundings({ client, queries, children, env = "default" }: Given) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={readable} defaultColorScheme="auto" env={env}>
      <Toasts />
      <QueryClientProvider client={queries}>
        <ClientContext value={client}>
          <Router hook={useHashPath} searchHook={useHashSearch}>
            {children}
          </Router>
        </ClientContext>
      </QueryClientProvider>
    </MantineProvider>
  );
}
