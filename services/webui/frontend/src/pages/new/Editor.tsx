// The page around the form and the YAML: one draft, two views of it, and the panel that submits it.
import { SegmentedControl } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";

import { useMe } from "../../api/queries";
import { Waiting } from "../../parts/Notes";
import { PageHead } from "../../parts/PageHead";
import { useQueryState } from "../../shell/location";
import { CheckPanel } from "./CheckPanel";
import type { Draft } from "./draft";
import { ForkNote } from "./ForkNote";
import { FormContext, type Form } from "./form";
import { FormView } from "./FormView";
import classes from "./New.module.css";
import { idOf, writtenField } from "./placing";
import { Proposals } from "./Proposals";
import { Replaced, SourceNote, type Source } from "./Notices";
import { StartFrom } from "./StartFrom";
import { useChecked } from "./useChecked";
import { useDraft } from "./useDraft";
import { useFile } from "./useFile";
import { useProblems } from "./useProblems";
import { useSending } from "./useSending";
import { useSubmission } from "./useSubmission";

const YamlView = lazy(() => import("./YamlView"));

export function Editor({ place, initial, source }: { place: string; initial: Draft; source: Source | null }) {
  const drafting = useDraft(place, initial);
  const { draft, change, replace } = drafting;
  const [query, setQuery] = useQueryState();
  const view = query.get("view") === "yaml" ? "yaml" : "form";
  const show = (next: string) => setQuery({ view: next === "yaml" ? "yaml" : undefined });
  const me = useMe();
  const maySubmit = me.data?.scopes.includes("submit") ?? false;

  const [isAsked, setAsked] = useState(false);
  const [goTo, setGoTo] = useState<{ field: string } | null>(null);
  const isWorthAsking = drafting.isTouched || source !== null;
  const checked = useChecked(draft.document, maySubmit && isWorthAsking && !draft.isBroken);
  const submission = useSubmission(draft.document, drafting.forget, useSending(draft.isCopy ? source : null));
  const problems = useProblems(draft, [submission.refused, checked.refused], isAsked);
  const isReady = problems.all.length === 0 && !draft.isBroken;

  const go = (field: string) => {
    const input = view === "form" ? document.getElementById(idOf(field)) : null;
    if (input) {
      input.focus();
      input.scrollIntoView({ block: "center" });
      return;
    }
    show("yaml");
    setGoTo({ field });
  };
  const submit = () => {
    setAsked(true);
    if (!maySubmit || draft.isBroken) return;
    const first = problems.own[0];
    if (first) go(first.field);
    else submission.submit();
  };
  useHotkeys([["mod+Enter", submit]], []);

  const file = useFile((text, document) => {
    replace({ ...draft, text, isBroken: true, isCopy: false }, "What was here is replaced by the file.");
    change({ kind: "text", text, document });
    if (!document) show("yaml");
  });
  const form: Form = useMemo(() => ({ draft, change, problemOf: problems.of }), [draft, change, problems.of]);
  const fieldOf = useCallback((field: string) => writtenField(field, draft.rows), [draft.rows]);

  return (
    <div {...file.handlers} className={classes["page"]} data-dropping={file.isOver || undefined}>
      <PageHead title="New trial" tab="New trial">
        <StartFrom onDraft={replace} onFile={file.take} initial={initial} />
        <SegmentedControl
          aria-label="View"
          size="xs"
          data={[
            { value: "form", label: "Form" },
            { value: "yaml", label: "YAML" },
          ]}
          value={view}
          onChange={show}
        />
      </PageHead>
      <Replaced replaced={drafting.replaced} />
      <FormContext value={form}>
        {source && draft.isCopy && (source.isFork ? <ForkNote source={source} /> : <SourceNote source={source} />)}
        <div className={classes["columns"]}>
          <div className={classes["main"]}>
            {view === "form" ? (
              <FormView onYaml={() => show("yaml")} />
            ) : (
              <Suspense fallback={<Waiting />}>
                <YamlView draft={draft} change={change} problems={problems.shown} goTo={goTo} fieldOf={fieldOf} />
              </Suspense>
            )}
            <Proposals
              validated={isReady ? checked.validated : null}
              isBehind={checked.isBehind}
              onAgain={checked.again}
            />
          </div>
          <CheckPanel
            draft={draft}
            problems={problems.shown}
            isReady={isReady}
            checked={checked}
            submission={submission}
            maySubmit={maySubmit}
            isReader={me.data !== undefined && !maySubmit}
            onSubmit={submit}
            onGo={go}
          />
        </div>
      </FormContext>
    </div>
  );
}
