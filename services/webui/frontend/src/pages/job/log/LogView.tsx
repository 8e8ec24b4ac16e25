// A log: searched, followed while it is written, read backwards as far as it goes.
import { Button, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";

import { useClient, type LogPiece } from "../../../api/client";
import { messageOf } from "../../../api/problem";
import { useDownload } from "../../../parts/useDownload";
import { bytes } from "../../../parts/format";
import type { LogBuffer } from "./buffer";
import classes from "./Log.module.css";
import { LogLine } from "./LogLine";
import { LogTools } from "./LogTools";
import { useFinding } from "./useFinding";
import { MORE, TAIL, useVersion } from "./useLog";
import { useRows } from "./useRows";

interface Given {
  jobId: string;
  attempt: number;
  buffer: LogBuffer;
}

export function LogView({ jobId, attempt, buffer }: Given) {
  const client = useClient();
  const download = useDownload();
  const version = useVersion(buffer);
  const [isWrapped, setWrapped] = useState(true);
  const finding = useFinding(buffer, version);
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const rows = useRows({ box, list, buffer, version, isWrapped });

  const reading = useMutation({
    mutationFn: async ({ take, ...place }: { offset: number; limit: number; take: (piece: LogPiece) => void }) =>
      take(await client.log(jobId, { attempt, ...place })),
  });
  const isBusy = reading.isPending;
  const earlier = () => {
    const offset = Math.max(0, buffer.from - MORE);
    reading.mutate({ offset, limit: buffer.from - offset, take: (piece) => rows.keepPlace(buffer.earlier(piece)) });
  };
  const later = () => reading.mutate({ offset: buffer.to, limit: MORE, take: (piece) => buffer.later(piece) });
  const toEnd = () => {
    const take = (piece: LogPiece) => {
      buffer.show(piece);
      rows.follow(true);
    };
    reading.mutate({ offset: -TAIL, limit: TAIL, take });
  };
  const move = (by: 1 | -1) => {
    const match = finding.move(by);
    if (match) rows.show(match.line);
  };

  return (
    <div className={classes["log"]}>
      <LogTools
        {...finding}
        found={finding.matches.length}
        current={finding.place}
        onSearch={finding.look}
        onMove={move}
        isFollowed={rows.isFollowed}
        canFollow={!buffer.isOver || buffer.isBehind}
        onFollow={(on) => (on && buffer.isBehind ? toEnd() : rows.follow(on))}
        isWrapped={isWrapped}
        onWrap={setWrapped}
        onDownload={() => download({ kind: "log", jobId, attempt })}
      />
      <div
        ref={box}
        className={classes["box"]}
        role="log"
        aria-live="off"
        aria-label={`Log of attempt ${attempt}`}
        tabIndex={0}
        data-wrapped={isWrapped || undefined}
        onScroll={rows.onScroll}
      >
        {buffer.from > 0 && (
          <div className={classes["note"]}>
            <Button size="compact-xs" variant="default" loading={isBusy} onClick={earlier}>
              Load earlier lines
            </Button>
            <Text span size="xs">{bytes(buffer.from)} before this</Text>
          </div>
        )}
        <div ref={list} className={classes["lines"]} style={{ height: rows.height }}>
          {rows.items.map((item) => {
            const line = buffer.line(item.index);
            if (!line) return null;
            const matches = finding.byLine.get(item.index);
            return (
              <div
                key={item.key}
                ref={isWrapped ? rows.measure : undefined}
                data-index={item.index}
                className={classes["line"]}
                style={{ transform: `translateY(${item.start - rows.margin}px)` }}
              >
                <LogLine line={line} matches={matches} current={finding.current ? (matches?.indexOf(finding.current) ?? -1) : -1} />
              </div>
            );
          })}
        </div>
        <div className={classes["note"]}>
          {reading.isError && <Text span size="xs" c="red" role="alert">{messageOf(reading.error)}</Text>}
          <End buffer={buffer} isBusy={isBusy} onLater={later} onEnd={toEnd} />
        </div>
      </div>
    </div>
  );
}

function End({ buffer, isBusy, onLater, onEnd }: { buffer: LogBuffer; isBusy: boolean; onLater: () => void; onEnd: () => void }) {
  if (buffer.isBehind)
    return (
      <>
        <Button size="compact-xs" variant="default" loading={isBusy} onClick={onLater}>
          Load later lines
        </Button>
        <Button size="compact-xs" variant="default" loading={isBusy} onClick={onEnd}>
          Go to the end
        </Button>
      </>
    );
  if (buffer.isOver)
    return <Text span size="xs">{buffer.end ? "End of the log" : "The target wrote nothing to its log"}</Text>;
  return <Text span size="xs">{buffer.end ? "More lines appear here as they are written" : "Nothing was written yet"}</Text>;
}
