// Keeps the page standing where one plot breaks.
import { Button, Stack, Text } from "@mantine/core";
import { Component, type ReactNode } from "react";

interface Around {
  height: number;
  children: ReactNode;
}

export class PlotBoundary extends Component<Around, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <Stack role="alert" align="center" justify="center" gap="xs" h={this.props.height} px="md" ta="center">
        <Text size="sm">This plot could not be drawn. The table has all of its numbers.</Text>
        <Text size="xs" c="dimmed">
          {error.message}
        </Text>
        <Button size="xs" variant="default" onClick={() => this.setState({ error: null })}>
          Try again
        </Button>
      </Stack>
    );
  }
}
