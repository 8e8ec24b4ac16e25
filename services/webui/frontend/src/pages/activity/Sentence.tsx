// An event in words, with links to what it is about.
import { Fragment } from "react";

import type { RecordedEvent } from "../../api/types";
import { Link } from "../../parts/Link";
import classes from "./Activity.module.css";
import { pieces } from "./wording";

export function Sentence({ event }: { event: RecordedEvent }) {
  return pieces(event).map((piece, index) =>
    typeof piece === "string" ? (
      <Fragment key={index}>{piece}</Fragment>
    ) : (
      <Link key={index} to={piece.to} inherit {...(classes["named"] && { className: classes["named"] })}>
        {piece.text}
      </Link>
    ),
  );
}
