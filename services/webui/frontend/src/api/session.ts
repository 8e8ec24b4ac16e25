// The token: from the link that opened the page, else as it was typed; kept for this origin.

const KEY = "hyperdock-token";
const LINK = /^#token=([\w-]+)$/;
const listeners = new Set<() => void>();
let refused = "";

/** Takes the token out of the address, where it came in a link: it must not stay in the history. */
export function takeToken(): void {
  const found = LINK.exec(location.hash);
  if (!found?.[1]) return;
  localStorage.setItem(KEY, found[1]);
  history.replaceState(null, "", location.pathname + location.search);
}

export const readToken = (): string => localStorage.getItem(KEY) ?? "";

/** Why a token is asked for; empty: nobody asked. */
export const readRefusal = (): string => refused;

export function keepToken(token: string): void {
  localStorage.setItem(KEY, token.trim());
  tell("");
}

export function forgetToken(): void {
  localStorage.removeItem(KEY);
  tell("You are logged out.");
}

/** Forgets a token that opens nothing: to go on trying it would look like guessing. */
export function refuseToken(token: string, reason: string): void {
  if (readToken() !== token) return; // there is another one by now
  localStorage.removeItem(KEY);
  tell(reason);
}

export function watchSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(reason: string): void {
  refused = reason;
  for (const each of listeners) each();
}
