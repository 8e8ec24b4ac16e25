// Which workers are shown; all of it stands in the address.
import { Select, Switch, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";

import { useQueryState } from "../../shell/location";
import classes from "./Workers.module.css";

export function WorkerFilters({ pools, gone }: { pools: string[]; gone: number }) {
  const [query, change] = useQueryState();
  const pool = query.get("pool");
  return (
    <div className={classes["filters"]} role="search" aria-label="Workers">
      <TextInput
        size="xs"
        aria-label="Search by host or id"
        placeholder="Host or id"
        leftSection={<IconSearch size={14} aria-hidden />}
        value={query.get("q") ?? ""}
        onChange={(event) => change({ q: event.currentTarget.value })}
      />
      <Select
        size="xs"
        aria-label="Pool"
        placeholder="Every pool"
        clearable
        data={pool && !pools.includes(pool) ? [...pools, pool] : pools}
        value={pool}
        onChange={(value) => change({ pool: value ?? undefined })}
        clearButtonProps={{ "aria-label": "Every pool" }}
      />
      <Select
        size="xs"
        aria-label="State"
        placeholder="Every state"
        clearable
        data={["alive", "draining", "lost", "left"]}
        value={query.get("state")}
        onChange={(value) => change({ state: value ?? undefined })}
        clearButtonProps={{ "aria-label": "Every state" }}
      />
      {gone > 0 && (
        <Switch
          size="xs"
          label={`Show ${gone} that are gone`}
          checked={query.get("gone") === "1"}
          onChange={(event) => change({ gone: event.currentTarget.checked ? "1" : undefined })}
        />
      )}
    </div>
  );
}
