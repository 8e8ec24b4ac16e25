// Which trials to see: everything said here stands in the address.
import { NativeSelect, TextInput } from "@mantine/core";
import { IconSearch, IconTag } from "@tabler/icons-react";
import type { Ref } from "react";

import { ARCHIVED, SORTS, STATES, type Filters } from "./filters";
import classes from "./Toolbar.module.css";
import { useTyped } from "./useTyped";

interface Given {
  filters: Filters;
  change: (changes: Record<string, string | undefined>) => void;
  /** Tags that the trials in the list have. */
  tags: readonly string[];
  search: Ref<HTMLInputElement>;
  /** How many trials there are. */
  found: string;
}

const named = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([value, label]) => ({ value, label }));
const STATE_CHOICES = [{ value: "", label: "Any state" }, ...STATES.map((state) => ({ value: state, label: state }))];
const SORT_CHOICES = Object.entries(SORTS).map(([value, { label }]) => ({ value, label }));

export function Toolbar({ filters, change, tags, search, found }: Given) {
  const name = useTyped(filters.name, (q) => change({ q }));
  const tag = useTyped(filters.tag, (text) => change({ tag: text }));
  return (
    <div role="search" aria-label="Trials" className={classes["toolbar"]}>
      <TextInput
        ref={search}
        className={classes["search"]}
        size="xs"
        type="search"
        aria-label="Search by name"
        placeholder="Search by name   /"
        leftSection={<IconSearch size={14} aria-hidden />}
        value={name.text}
        onChange={(event) => name.type(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
      />
      <NativeSelect
        size="xs"
        aria-label="State"
        data={STATE_CHOICES}
        value={filters.state ?? ""}
        onChange={(event) => change({ state: event.currentTarget.value })}
      />
      <TextInput
        className={classes["tag"]}
        size="xs"
        aria-label="Tag"
        placeholder="Any tag"
        list="trial-tags"
        leftSection={<IconTag size={14} aria-hidden />}
        value={tag.text}
        onChange={(event) => tag.type(event.currentTarget.value)}
      />
      <datalist id="trial-tags">
        {tags.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <NativeSelect
        size="xs"
        aria-label="Archived"
        data={named(ARCHIVED)}
        value={filters.archived}
        onChange={({ currentTarget: { value } }) => change({ archived: value === "false" ? undefined : value })}
      />
      <NativeSelect
        size="xs"
        aria-label="Order"
        data={SORT_CHOICES}
        value={filters.sort}
        onChange={({ currentTarget: { value } }) => change({ sort: value === "submitted_at" ? undefined : value })}
      />
      <span className={`numbers ${classes["count"]}`}>{found}</span>
    </div>
  );
}
