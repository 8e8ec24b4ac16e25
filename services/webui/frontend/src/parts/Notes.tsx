// What stands where there is nothing to show yet, or nothing to be had.
import { Alert, Button, Center, Loader, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

import { ApiProblem, messageOf } from "../api/problem";

/** Nothing is here: why, and what to do. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md" ta="center">
      <Title order={2} size="h3">
        {title}
      </Title>
      {children !== undefined && (
        <Text c="dimmed" component="div" maw={520}>
          {children}
        </Text>
      )}
    </Stack>
  );
}

/** Something could not be had: what, and how to try again. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const isMissing = error instanceof ApiProblem && error.status === 404;
  return (
    <Alert color="red" title={isMissing ? "There is no such thing" : "This could not be loaded"} role="alert">
      <Stack align="flex-start" gap="xs">
        <Text size="sm">{messageOf(error)}</Text>
        {retry && !isMissing && (
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

export function Waiting({ what = "Loading" }: { what?: string }) {
  return (
    <Center py="xl">
      <Loader size="sm" aria-label={what} role="status" />
    </Center>
  );
}
