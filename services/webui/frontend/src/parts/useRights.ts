// What the token may do, for buttons that need more than reading.
import { useMe } from "../api/queries";
import type { Me } from "../api/types";

type Scope = Me["scopes"][number];

/** Why the token may not do what needs this scope; undefined: it may, or nobody knows yet. */
export function useRefusal(scope: Scope = "submit"): string | undefined {
  const scopes = useMe().data?.scopes;
  if (!scopes || scopes.includes(scope)) return undefined;
  return scopes.includes("submit") ? "Your token may not administer" : "Your token may only read";
}
