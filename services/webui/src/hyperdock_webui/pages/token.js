// The token: from the link that opened the page, else as it was typed; kept for this origin.

const KEY = "hyperdock-token";
const LINK = /^#token=([\w-]+)$/;

/** Takes the token out of the address, where it came in a link: it must not stay in the history. */
export function takeToken() {
  const found = location.hash.match(LINK);
  if (!found) return;
  keepToken(found[1]);
  history.replaceState(null, "", location.pathname + location.search);
}

export const keepToken = (token) => localStorage.setItem(KEY, token.trim());

/** Forgets a token that opens nothing, unless there is another one by now. */
export function dropToken(token) {
  if (readToken() === token) localStorage.removeItem(KEY);
}

export const readToken = () => localStorage.getItem(KEY) ?? "";
