// Folders and files, one below the other; folders open and close.
import { ActionIcon, Button } from "@mantine/core";
import { IconChevronDown, IconChevronRight, IconDownload, IconFile, IconFolder, IconPhoto } from "@tabler/icons-react";
import { useMemo, useState } from "react";

import type { JobFile } from "../../../api/types";
import { bytes, counted } from "../../../parts/format";
import classes from "./Files.module.css";
import { pictureType } from "./kinds";
import { entriesOf, type Entry } from "./tree";

const STEP = 100;

interface Given {
  files: readonly JobFile[];
  open: string;
  onOpen: (path: string) => void;
  onDownload: (path: string) => void;
}

export function FileList({ files, open, onOpen, onDownload }: Given) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [most, setMost] = useState(STEP);
  const entries = useMemo(() => entriesOf(files, closed), [files, closed]);
  const toggle = (path: string) =>
    setClosed((old) => (old.has(path) ? new Set([...old].filter((each) => each !== path)) : new Set([...old, path])));
  return (
    <>
      <ul className={classes["entries"]} aria-label="Files">
        {entries.slice(0, most).map((entry) => (
          <li key={`${entry.kind} ${entry.path}`} className={classes["entry"]} data-open={entry.path === open || undefined}>
            <button
              type="button"
              className={classes["name"]}
              style={{ paddingLeft: 12 + 18 * entry.depth }}
              aria-expanded={entry.kind === "folder" ? !closed.has(entry.path) : undefined}
              aria-current={entry.path === open || undefined}
              onClick={() => (entry.kind === "folder" ? toggle(entry.path) : onOpen(entry.path))}
            >
              <Icon entry={entry} isClosed={closed.has(entry.path)} />
              <span className={classes["text"]}>{entry.name}</span>{" "}
              <span className={`numbers ${classes["size"] ?? ""}`}>
                {entry.kind === "folder" ? `${counted(entry.count, "file")}, ${bytes(entry.size)}` : bytes(entry.size)}
              </span>
            </button>
            {entry.kind === "file" && (
              <ActionIcon variant="subtle" color="gray" aria-label={`Download ${entry.path}`} onClick={() => onDownload(entry.path)}>
                <IconDownload size={15} />
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
      {entries.length > most && (
        <Button size="compact-xs" variant="default" m="sm" onClick={() => setMost(most + STEP)}>
          Show more ({(entries.length - most).toLocaleString("en")} left)
        </Button>
      )}
    </>
  );
}

function Icon({ entry, isClosed }: { entry: Entry; isClosed: boolean }) {
  if (entry.kind === "file")
    return pictureType(entry.path) ? <IconPhoto size={15} aria-hidden /> : <IconFile size={15} aria-hidden />;
  return (
    <>
      {isClosed ? <IconChevronRight size={13} aria-hidden /> : <IconChevronDown size={13} aria-hidden />}
      <IconFolder size={15} aria-hidden />
    </>
  );
}
