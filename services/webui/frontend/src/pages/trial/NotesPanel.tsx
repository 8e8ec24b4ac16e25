// What people wrote about a trial, edited in its place.
import { Alert, Button, Group, SegmentedControl, Text, Textarea } from "@mantine/core";
import { useState } from "react";

import { useClient } from "../../api/client";
import type { Trial } from "../../api/types";
import { Act } from "../../parts/Act";
import { Markdown } from "../../parts/Markdown";
import { useRefusal } from "../../parts/useRights";
import { useAction } from "../../parts/useAction";
import { Panel } from "./Panel";

export function NotesPanel({ trial }: { trial: Trial }) {
  const [isEdited, setEdited] = useState(false);
  const why = useRefusal();
  if (isEdited)
    return (
      <Panel title="Notes" area="notes">
        <Editor trial={trial} close={() => setEdited(false)} />
      </Panel>
    );
  return (
    <Panel
      title="Notes"
      area="notes"
      aside={
        <Act why={why} size="compact-xs" onClick={() => setEdited(true)}>
          {trial.notes ? "Edit notes" : "Add notes"}
        </Act>
      }
    >
      {trial.notes ? (
        <Markdown text={trial.notes} />
      ) : (
        <Text size="sm" c="dimmed">
          Nobody has written anything yet. What was tried, what was learned: in Markdown, for everybody who looks here.
        </Text>
      )}
    </Panel>
  );
}

function Editor({ trial, close }: { trial: Trial; close: () => void }) {
  const client = useClient();
  const { run, isBusy } = useAction();
  const [base, setBase] = useState(trial.notes);
  const [text, setText] = useState(trial.notes);
  const [view, setView] = useState("write");
  const save = async () => {
    const change = () => client.change(trial.trial_id, { notes: text });
    if (text === trial.notes || (await run("The notes are saved", change))) close();
  };
  return (
    <>
      <SegmentedControl
        size="xs"
        mb="xs"
        aria-label="Write or preview"
        value={view}
        onChange={setView}
        data={[
          { value: "write", label: "Write" },
          { value: "preview", label: "Preview" },
        ]}
      />
      {trial.notes !== base && (
        <Alert color="yellow" mb="xs" title="Somebody has changed the notes meanwhile">
          <Text size="sm" mb="xs">Saving puts yours in the place of theirs.</Text>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => {
              setText(trial.notes);
              setBase(trial.notes);
            }}
          >
            Take theirs
          </Button>
        </Alert>
      )}
      {view === "write" ? (
        <Textarea
          aria-label="Notes in Markdown"
          autosize
          minRows={6}
          maxRows={24}
          value={text}
          autoFocus
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void save();
            if (event.key === "Escape" && text === base) close();
          }}
        />
      ) : (
        <Markdown text={text || "*Nothing to show.*"} />
      )}
      <Group justify="flex-end" gap="xs" mt="sm">
        <Button size="xs" variant="default" onClick={close}>
          Cancel
        </Button>
        <Button size="xs" loading={isBusy} onClick={() => void save()}>
          Save notes
        </Button>
      </Group>
    </>
  );
}
