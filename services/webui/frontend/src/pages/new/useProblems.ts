// All that is wrong with the draft, by field: what is plain at once, what the gateway says, what it refused.
import { useMemo } from "react";

import type { ApiProblem } from "../../api/problem";
import { problemsOf, type Problem } from "./check";
import type { Draft } from "./draft";
import { placed, together } from "./placing";

export interface Problems {
  /** Those that need no gateway to be seen. */
  own: Problem[];
  /** With what the gateway says. */
  all: Problem[];
  /** Those to be shown now: what is merely missing waits until somebody wants to submit. */
  shown: Problem[];
  of: (field: string) => string | undefined;
}

export function useProblems(draft: Draft, refusals: (ApiProblem | null)[], isAsked: boolean): Problems {
  const fields = refusals.flatMap((each) => each?.fields ?? []);
  const text = JSON.stringify(fields);
  return useMemo(() => {
    const asked = (JSON.parse(text) as ApiProblem["fields"]).map((each) => placed(each, draft.rows));
    const own = problemsOf(draft);
    const all = together(own, distinct(asked));
    const shown = all.filter((each) => isAsked || !each.isMissing);
    const byField = new Map(shown.toReversed().map((each) => [each.field, each.problem]));
    return { own, all, shown, of: (field: string) => byField.get(field) };
  }, [draft, text, isAsked]);
}

const distinct = (problems: readonly Problem[]): Problem[] => [
  ...new Map(problems.map((each) => [`${each.field} ${each.problem}`, each])).values(),
];
