// Keeps the frame standing where a page breaks, and says what broke.
import { Alert, Button, Code, Stack, Text } from "@mantine/core";
import { Component, type ReactNode } from "react";

export class Boundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override componentDidMount() {
    addEventListener("hashchange", this.#again);
  }

  override componentWillUnmount() {
    removeEventListener("hashchange", this.#again);
  }

  readonly #again = () => {
    if (this.state.error) this.setState({ error: null });
  };

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <Alert color="red" title="This page has broken" role="alert">
        <Stack align="flex-start">
          <Text size="sm">
            Your trials are not concerned: they run elsewhere. Loading the page anew helps, also after an upgrade of
            Hyperdock.
          </Text>
          <Code block>{error.message}</Code>
          <Button onClick={() => location.reload()}>Load anew</Button>
        </Stack>
      </Alert>
    );
  }
}
