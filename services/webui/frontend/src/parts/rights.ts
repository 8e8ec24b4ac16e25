// What the token of this page may do, in the words of a tooltip.
import { useMe } from "../api/queries";

const WORDS = {
  submit: "Your token may only read",
  admin: "Your token may not do that: it needs the scope admin",
} as const;

/** Why the token may not; undefined: it may, or nobody knows yet and the gateway will say. */
export function useRefusal(scope: keyof typeof WORDS = "submit"): string | undefined {
  const { data } = useMe();
  return data && !data.scopes.includes(scope) ? WORDS[scope] : undefined;
}
