// What the token may do, for buttons that need more than reading.
import { useMe } from "../api/queries";
import type { Me } from "../api/types";
import { useMoment } from "../moment/context";

type Scope = Me["scopes"][number];

/**
 * Why the token may not do what needs this scope; undefined: it may, or nobody knows yet.
 * What is shown of the past is only looked at, but for what begins something new with it.
 */
export function useRefusal(scope: Scope = "submit", { ofThePast = false } = {}): string | undefined {
  const moment = useMoment();
  const scopes = useMe().data?.scopes;
  if (moment && !ofThePast) return "This is how it was: go back to now to do that";
  if (!scopes || scopes.includes(scope)) return undefined;
  return scopes.includes("submit") ? "Your token may not administer" : "Your token may only read";
}
