// A part of the overview: a card with its heading.
import { Title } from "@mantine/core";
import { useId, type ReactNode } from "react";

import classes from "./Panel.module.css";

interface Given {
  title: string;
  /** Beside the heading. */
  aside?: ReactNode;
  area?: string;
  children: ReactNode;
}

export function Panel({ title, aside, area, children }: Given) {
  const id = useId();
  return (
    <section className={`card ${classes["panel"] ?? ""}`} aria-labelledby={id} data-area={area}>
      <header className={classes["head"]}>
        <Title order={2} size="sm" id={id}>
          {title}
        </Title>
        <div className={classes["aside"]}>{aside}</div>
      </header>
      {children}
    </section>
  );
}
