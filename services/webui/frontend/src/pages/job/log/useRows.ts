// Which lines of a log are on the screen, and whether its end is followed: that goes off when people
// scroll up, and on again when they come back to the end.
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";

import type { LogBuffer } from "./buffer";

const LINE = 19; // px; as the style sheet has it
const NEAR = 30; // px from the end that still count as the end

interface Given {
  /** What scrolls, and what in it holds the lines. */
  box: RefObject<HTMLDivElement | null>;
  list: RefObject<HTMLDivElement | null>;
  buffer: LogBuffer;
  version: number;
  isWrapped: boolean;
}

export function useRows({ box, list, buffer, version, isWrapped }: Given) {
  const lastTop = useRef(0);
  const [isFollowed, setFollowed] = useState(true);
  const [margin, setMargin] = useState(0);
  const [moved, setMoved] = useState<{ by: number } | null>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- the lines are drawn anew at every scroll
  const virtual = useVirtualizer({
    count: buffer.count,
    getScrollElement: () => box.current,
    estimateSize: () => LINE,
    getItemKey: (index) => buffer.line(index)?.id ?? index,
    overscan: 20,
    scrollMargin: margin,
  });

  const follow = (on: boolean) => {
    setFollowed(on);
    buffer.follow(on);
  };
  useEffect(() => buffer.follow(true), [buffer]);
  useLayoutEffect(() => {
    setMargin(list.current?.offsetTop ?? 0); // within the box, which is positioned
  }, [list, version]);
  const height = virtual.getTotalSize();
  useLayoutEffect(() => {
    if (isFollowed && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [box, isFollowed, version, isWrapped, height]); // wrapped lines have a height when they were drawn
  useLayoutEffect(() => {
    if (moved?.by) virtual.scrollToIndex(moved.by, { align: "start" });
  }, [moved, virtual]);

  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    const { scrollTop, scrollHeight, clientHeight } = element;
    const isUp = scrollTop < lastTop.current - 1;
    lastTop.current = scrollTop;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (isFollowed && isUp && !isAtEnd) follow(false);
    if (!isFollowed && !isUp && isAtEnd && !buffer.isBehind) follow(true);
  };

  return {
    isFollowed,
    follow,
    onScroll,
    margin,
    items: virtual.getVirtualItems(),
    height,
    measure: virtual.measureElement,
    /** Brings a line to the middle. */
    show: (index: number) => {
      follow(false);
      virtual.scrollToIndex(index, { align: "center" });
    },
    /** So many lines came before those that people see: these stay where they are. */
    keepPlace: (count: number) => {
      follow(false);
      setMoved({ by: (virtual.range?.startIndex ?? 0) + count });
    },
  };
}
