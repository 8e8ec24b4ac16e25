// A look into a file. Pictures are shown as pictures, everything else as text: nothing of it runs.
import { Button, Group, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";

import { useFile } from "../../../api/queries";
import type { JobFile } from "../../../api/types";
import { Copy } from "../../../parts/Copy";
import { bytes } from "../../../parts/format";
import { Empty, Failure, Waiting } from "../../../parts/Notes";
import { useDownload } from "../../../parts/useDownload";
import { cellsOf } from "./csv";
import classes from "./Files.module.css";
import { kindOf, MOST_TEXT, pictureType, pretty, type Kind } from "./kinds";

const MOST_ROWS = 500;

interface Given {
  jobId: string;
  file: JobFile;
  asOf: string;
}

export function Preview({ jobId, file, asOf }: Given) {
  const download = useDownload();
  const kind = kindOf(file.path, file.size);
  return (
    <section aria-label={`Preview of ${file.path}`}>
      <Group justify="space-between" px="sm" py={8} gap="xs" className={classes["head"]}>
        <Text size="sm" fw={600} className={classes["path"]}>
          {file.path}
        </Text>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconDownload size={14} />}
          onClick={() => download({ kind: "file", jobId, path: file.path })}
        >
          Download
        </Button>
      </Group>
      {kind === "none" ? <Unshown size={file.size} /> : <Loaded jobId={jobId} file={file} asOf={asOf} kind={kind} />}
    </section>
  );
}

function Unshown({ size }: { size: number }) {
  return (
    <Empty title="There is no preview of this file">
      {size > MOST_TEXT ? `Text is shown up to ${bytes(MOST_TEXT)}; this file has ${bytes(size)}.` : "It holds no text."} Download
      it to look into it.
    </Empty>
  );
}

function Loaded({ jobId, file, asOf, kind }: Given & { kind: Kind }) {
  const { data, error, refetch } = useFile(jobId, file.path, asOf, kind !== "image");
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting what="Loading the file" />;
  if (kind === "image") return <Picture content={data.content} path={file.path} />;
  if (data.text === null) return <Unshown size={file.size} />;
  if (kind === "table") return <Table text={data.text} separator={file.path.toLowerCase().endsWith(".tsv") ? "\t" : ","} />;
  const text = kind === "json" ? pretty(data.text) : data.text;
  return (
    <div className={classes["shown"]}>
      <div className={classes["copy"]}>
        <Copy text={text} what="the text" />
      </div>
      <pre className={classes["source"]} tabIndex={0} aria-label="Content">
        {text || "(empty)"}
      </pre>
    </div>
  );
}

function Picture({ content, path }: { content: Blob; path: string }) {
  const show = (image: HTMLImageElement | null) => {
    if (!image) return undefined;
    const address = URL.createObjectURL(new Blob([content], { type: pictureType(path) ?? "" }));
    image.src = address;
    return () => URL.revokeObjectURL(address);
  };
  return (
    <div className={classes["ground"]}>
      <img ref={show} alt={path} className={classes["picture"]} />
    </div>
  );
}

function Table({ text, separator }: { text: string; separator: string }) {
  const { head, rows, isCut } = cellsOf(text, separator, MOST_ROWS);
  return (
    <>
      <div className={classes["cells"]} tabIndex={0} role="region" aria-label="Content">
        <table className="numbers">
          <thead>
            <tr>
              {head.map((name, index) => (
                <th key={index} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index}>
                {row.map((cell, at) => (
                  <td key={at}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {isCut && (
        <Text size="xs" c="dimmed" p="sm">
          The first {MOST_ROWS} rows. Download the file for all of them.
        </Text>
      )}
    </>
  );
}
