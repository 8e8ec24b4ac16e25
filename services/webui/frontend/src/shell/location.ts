// Where people are: `#/path?name=value`. Everything that a link should bring back stands in there.
import { useCallback, useSyncExternalStore } from "react";
import type { BaseLocationHook, BaseSearchHook } from "wouter";

const read = (): string => location.hash.replace(/^#/, "");
const pathOf = (place: string): string => `/${place.split("?")[0]?.replace(/^\//, "") ?? ""}`;
const searchOf = (place: string): string => place.split("?")[1] ?? "";

const listeners = new Set<() => void>();

/** All at once: between two listeners of its own a browser lets React draw, with half of the new address. */
const tell = (): void => {
  for (const each of [...listeners]) each();
};

function watch(listener: () => void): () => void {
  if (!listeners.size) addEventListener("hashchange", tell);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (!listeners.size) removeEventListener("hashchange", tell);
  };
}

function go(place: string, replace: boolean): void {
  const address = `${location.pathname}${location.search}#${place}`;
  if (replace) history.replaceState(history.state, "", address);
  else history.pushState(null, "", address);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

/** For wouter's Router: the path in the hash. */
export const useHashPath: BaseLocationHook = () => {
  const path = useSyncExternalStore(watch, () => pathOf(read()));
  const navigate = useCallback((to: string, options?: { replace?: boolean }) => {
    go(to, options?.replace ?? false);
    if (!options?.replace) scrollTo(0, 0);
  }, []);
  return [path, navigate];
};

/** For wouter's Router: what stands behind the `?` in the hash. */
export const useHashSearch: BaseSearchHook = () => useSyncExternalStore(watch, () => searchOf(read()));

export const hrefs = (path: string): string => `#${path}`;

/** The values of this page's address, and a way to change some of them; empty ones are left out. */
export function useQueryState(): [
  URLSearchParams,
  (changes: Record<string, string | undefined>, how?: { push?: boolean }) => void,
] {
  const search = useHashSearch();
  const change = useCallback(
    (changes: Record<string, string | undefined>, how?: { push?: boolean }) => {
      const place = read();
      const query = new URLSearchParams(searchOf(place));
      for (const [name, value] of Object.entries(changes))
        if (value) query.set(name, value);
        else query.delete(name);
      const text = query.toString();
      go(pathOf(place) + (text ? `?${text}` : ""), !how?.push);
    },
    [],
  );
  return [new URLSearchParams(search), change];
}
