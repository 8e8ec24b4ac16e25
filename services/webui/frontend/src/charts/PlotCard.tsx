// A plot's place on the page: its title, what it says, its buttons. It draws only what is seen.
import { Text, Title } from "@mantine/core";
import { useEffect, useId, useMemo, useRef, useState, type ReactNode } from "react";

import classes from "./PlotCard.module.css";
import { SlotContext } from "./slot";

interface Given {
  title: string;
  help: string;
  /** How much of the page's width it takes: a third, a half, two thirds or all. */
  size?: "narrow" | "half" | "wide" | "full";
  /** About as high as what will stand here, so that nothing moves when it comes. */
  height: number;
  children: ReactNode;
}

const NEAR = "200px"; // is drawn a little before it is scrolled to

export function PlotCard({ title, help, size = "full", height, children }: Given) {
  const card = useRef<HTMLElement>(null);
  const name = useId();
  const [tools, setTools] = useState<HTMLElement | null>(null);
  const [isSeen, setSeen] = useState(false);
  const [wasSeen, setWasSeen] = useState(false);
  if (isSeen && !wasSeen) setWasSeen(true);
  const slot = useMemo(() => ({ tools, isSeen }), [tools, isSeen]);

  useEffect(() => {
    if (!card.current) return undefined;
    const observer = new IntersectionObserver(
      ([entry]) => setSeen(entry?.isIntersecting ?? false),
      { rootMargin: NEAR },
    );
    observer.observe(card.current);
    return () => observer.disconnect();
  }, []);

  return (
    <section ref={card} className={`card ${classes["card"]}`} data-size={size} aria-labelledby={name}>
      <header className={classes["head"]}>
        <div className={classes["words"]}>
          <Title order={2} size="sm" id={name}>
            {title}
          </Title>
          <Text size="xs" c="dimmed">
            {help}
          </Text>
        </div>
        <div ref={setTools} className={classes["tools"]} />
      </header>
      <div style={wasSeen ? undefined : { minHeight: height }}>
        {wasSeen && <SlotContext value={slot}>{children}</SlotContext>}
      </div>
    </section>
  );
}
