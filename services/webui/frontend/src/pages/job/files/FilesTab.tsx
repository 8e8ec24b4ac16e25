// What the target left in out/: a list, a look into each, and saving one or all.
import { Button, Group, Text, TextInput } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";

import { useFiles } from "../../../api/queries";
import type { Job } from "../../../api/types";
import { bytes, counted } from "../../../parts/format";
import { Empty, Failure, Waiting } from "../../../parts/Notes";
import { useDownload } from "../../../parts/useDownload";
import { useQueryState } from "../../../shell/location";
import classes from "./Files.module.css";
import { FileList } from "./FileList";
import { Preview } from "./Preview";

const MANY = 15;

/** Files come when an attempt ends: as of how far the job is they were listed. */
export const asOfJob = (job: Job): string => `${job.state} ${job.attempt}`;

export default function FilesTab({ job }: { job: Job }) {
  const files = useFiles(job.job_id, asOfJob(job));
  const download = useDownload();
  const [query, change] = useQueryState();
  const [wanted, setWanted] = useState("");
  if (files.isError) return <Failure error={files.error} retry={() => void files.refetch()} />;
  if (!files.data) return <Waiting what="Loading the files" />;
  if (!files.data.length)
    return (
      <Empty title={job.finished_at === null ? "No files yet" : "The job left no files"}>
        What the target writes to <code>/hyperdock/out/</code> ($HYPERDOCK_DIR/out/) is kept, and stands here when the
        attempt has ended.
      </Empty>
    );

  const path = query.get("file") ?? "";
  const open = files.data.find((each) => each.path === path);
  const shown = files.data.filter((each) => each.path.toLowerCase().includes(wanted.toLowerCase()));
  const size = files.data.reduce((sum, each) => sum + each.size, 0);
  return (
    <div className={classes["files"]}>
      <div className={classes["list"]}>
        <Group justify="space-between" px="sm" py={8} gap="xs">
          <Text size="sm" className="numbers">
            {counted(files.data.length, "file")}, {bytes(size)}
          </Text>
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconDownload size={14} />}
            onClick={() => download({ kind: "archive", jobId: job.job_id })}
          >
            Download all
          </Button>
        </Group>
        {files.data.length > MANY && (
          <TextInput
            size="xs"
            px="sm"
            pb={8}
            aria-label="Find a file"
            placeholder="Find a file"
            value={wanted}
            onChange={(event) => setWanted(event.currentTarget.value)}
          />
        )}
        <FileList
          files={shown}
          open={path}
          onOpen={(next) => change({ file: next })}
          onDownload={(file) => download({ kind: "file", jobId: job.job_id, path: file })}
        />
      </div>
      <div className={classes["preview"]}>
        {open ? (
          <Preview key={open.path} jobId={job.job_id} file={open} asOf={asOfJob(job)} />
        ) : (
          <Empty title={path ? "There is no such file any more" : "Choose a file"}>Images, text, JSON and CSV are shown here.</Empty>
        )}
      </div>
    </div>
  );
}
