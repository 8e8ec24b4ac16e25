// An empty list: there are no trials yet, or none that fits.
import { Button, Code } from "@mantine/core";

import { Empty } from "../../parts/Notes";
import { hrefs } from "../../shell/location";

interface Given {
  isNarrowed: boolean;
  refusal: string | undefined;
  clear: () => void;
  showArchived: () => void;
}

export function NoTrials({ isNarrowed, refusal, clear, showArchived }: Given) {
  if (isNarrowed)
    return (
      <Empty title="No trial fits">
        <p>Change what is searched for, or take all filters away.</p>
        <Button variant="default" size="xs" onClick={clear}>
          Clear filters
        </Button>
      </Empty>
    );
  return (
    <Empty title="No trials yet">
      <p>
        A trial searches for the parameters with which your program does best. Describe one here, or in a file, and
        submit it:
      </p>
      <p>
        <Code>hyperdock submit trial.yaml</Code>
      </p>
      <Button {...(refusal === undefined ? { component: "a", href: hrefs("/new") } : { disabled: true })} title={refusal}>
        New trial
      </Button>{" "}
      <Button variant="default" onClick={showArchived}>
        Look into the archive
      </Button>
    </Empty>
  );
}
