// A part of the form with its heading; what is seldom needed stands behind "More".
import { Button } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useId, useState, type ReactNode } from "react";

import { useForm } from "../form";
import { fieldOf } from "../raw";
import classes from "../New.module.css";

export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={`card ${classes["section"]}`}>
      <div className={classes["sectionHead"]}>
        <h2 id={id}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

export const Fields = ({ children }: { children: ReactNode }) => <div className={classes["fields"]}>{children}</div>;

/** Opens by itself where one of its fields has a problem, and is open at first where one is set. */
export function More({ fields, children }: { fields: readonly string[]; children: ReactNode }) {
  const { draft, problemOf } = useForm();
  const isWrong = fields.some((field) => problemOf(field) !== undefined);
  const [isOpen, setOpen] = useState(() => fields.some((field) => fieldOf(draft.document, field) !== undefined));
  const id = useId();
  const isShown = isOpen || isWrong;
  return (
    <div className={classes["more"]}>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        aria-expanded={isShown}
        aria-controls={id}
        leftSection={isShown ? <IconChevronDown size={15} /> : <IconChevronRight size={15} />}
        onClick={() => setOpen(!isShown)}
      >
        {isShown ? "Less" : "More"}
      </Button>
      <div id={id} hidden={!isShown}>
        {isShown && children}
      </div>
    </div>
  );
}
