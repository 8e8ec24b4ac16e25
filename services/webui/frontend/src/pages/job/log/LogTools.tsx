// What can be done with a log: find in it, follow it, wrap its lines, save it.
import { ActionIcon, Button, Group, Switch, Text, TextInput, Tooltip } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconChevronDown, IconChevronUp, IconDownload, IconRegex, IconSearch } from "@tabler/icons-react";
import { useRef } from "react";

import { MOST_FOUND } from "./search";

interface Given {
  search: string;
  isRegex: boolean;
  problem: string | null;
  isSearching: boolean;
  found: number;
  /** The place of the one that people are at, from 0; -1: none. */
  current: number;
  onSearch: (search: string, isRegex: boolean) => void;
  onMove: (by: 1 | -1) => void;
  isFollowed: boolean;
  canFollow: boolean;
  onFollow: (on: boolean) => void;
  isWrapped: boolean;
  onWrap: (on: boolean) => void;
  onDownload: () => void;
}

export function LogTools(given: Given) {
  const { search, isRegex, problem, found, onSearch, onMove } = given;
  const input = useRef<HTMLInputElement>(null);
  useHotkeys([["/", () => input.current?.focus()]]);
  return (
    <Group gap="xs" px="sm" py={8} wrap="wrap">
      <TextInput
        ref={input}
        size="xs"
        w={230}
        aria-label="Search the log"
        placeholder="Search the log ( / )"
        leftSection={<IconSearch size={14} />}
        value={search}
        error={problem}
        onChange={(event) => onSearch(event.currentTarget.value, isRegex)}
        onKeyDown={(event) => {
          if (event.key === "Enter") onMove(event.shiftKey ? -1 : 1);
          if (event.key === "Escape") onSearch("", isRegex);
        }}
        rightSection={
          <Tooltip label="Regular expression">
            <ActionIcon
              size="sm"
              variant={isRegex ? "filled" : "subtle"}
              color={isRegex ? "teal" : "gray"}
              aria-label="Regular expression"
              aria-pressed={isRegex}
              onClick={() => onSearch(search, !isRegex)}
            >
              <IconRegex size={14} />
            </ActionIcon>
          </Tooltip>
        }
      />
      {search !== "" && problem === null && (
        <Group gap={4} wrap="nowrap">
          <Text size="xs" className="numbers" role="status">
            {given.isSearching ? "Searching" : countOf(found, given.current)}
          </Text>
          <ActionIcon variant="default" size="sm" disabled={!found} aria-label="Previous match" onClick={() => onMove(-1)}>
            <IconChevronUp size={14} />
          </ActionIcon>
          <ActionIcon variant="default" size="sm" disabled={!found} aria-label="Next match" onClick={() => onMove(1)}>
            <IconChevronDown size={14} />
          </ActionIcon>
        </Group>
      )}
      <Group gap="md" ml="auto" wrap="wrap">
        <Switch size="xs" label="Wrap" checked={given.isWrapped} onChange={(event) => given.onWrap(event.currentTarget.checked)} />
        {given.canFollow && (
          <Switch
            size="xs"
            label="Follow"
            checked={given.isFollowed}
            onChange={(event) => given.onFollow(event.currentTarget.checked)}
          />
        )}
        <Button size="compact-xs" variant="default" leftSection={<IconDownload size={14} />} onClick={given.onDownload}>
          Download
        </Button>
      </Group>
    </Group>
  );
}

function countOf(found: number, current: number): string {
  if (!found) return "Not found";
  const all = found >= MOST_FOUND ? `${found.toLocaleString("en")}+` : found.toLocaleString("en");
  return current < 0 ? `${all} found` : `${(current + 1).toLocaleString("en")} of ${all}`;
}
