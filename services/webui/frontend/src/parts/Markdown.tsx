// Markdown as people wrote it. Loaded when there is any: most pages show none.
import { Text } from "@mantine/core";
import { lazy, Suspense } from "react";

import classes from "./Markdown.module.css";

const Rendered = lazy(() => import("react-markdown"));

export function Markdown({ text }: { text: string }) {
  return (
    <div className={classes["markdown"]}>
      <Suspense fallback={<Text className={classes["plain"]}>{text}</Text>}>
        <Rendered components={PARTS}>{text}</Rendered>
      </Suspense>
    </div>
  );
}

/** The page has its h1 and the card its h2: what is below is all one level, whatever people begin with. */
const PARTS = {
  h1: "h3",
  h2: "h3",
  h4: "h3",
  h5: "h3",
  h6: "h3",
  a: ({ href, children }: React.ComponentProps<"a">) => (
    <a href={href} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  ),
  pre: ({ children }: React.ComponentProps<"pre">) => <pre tabIndex={0}>{children}</pre>,
} as const;
