// Asks for a token, where the gateway wants one.
import { Anchor, Button, Code, Paper, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";

import { keepToken } from "../api/session";

export default function Login({ reason }: { reason: string }) {
  const [token, setToken] = useState("");
  const enter = (event: SyntheticEvent) => {
    event.preventDefault();
    if (token.trim()) keepToken(token);
  };
  return (
    <Paper withBorder maw={460} mx="auto" mt="xl" p="lg" component="form" onSubmit={enter}>
      <Stack>
        <Title order={1}>Log in</Title>
        <Text size="sm">{reason}</Text>
        <PasswordInput
          label="Token"
          description="It begins with hd_ and stays in this browser."
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          autoComplete="current-password"
          data-autofocus
          required
        />
        <Button type="submit">Log in</Button>
        <Text size="sm" c="dimmed">
          <Code>hyperdock up</Code> prints an address that holds one. Whoever runs the gateway makes others with{" "}
          <Code>hyperdock token create</Code>. <Anchor href="api/v1/docs">About the API</Anchor>
        </Text>
      </Stack>
    </Paper>
  );
}
