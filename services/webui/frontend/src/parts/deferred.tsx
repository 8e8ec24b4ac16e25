// A component whose code comes when it is first shown, and is then drawn at once. React's own `lazy`
// holds what has come back for up to 300 ms after it showed that it waits, so that less flickers: here
// code comes within a few milliseconds, and each level of a page would wait anew.
import { useEffect, useState, type ComponentType, type ReactNode } from "react";

interface Module<Given> {
  default: ComponentType<Given>;
}

/** What is shown meanwhile is `waiting`. `preload` fetches the code before it is needed. */
export function deferred<Given extends object>(
  load: () => Promise<Module<Given>>,
  waiting: ReactNode = null,
): ComponentType<Given> & { preload: () => void } {
  let known: ComponentType<Given> | undefined;
  let coming: Promise<void> | undefined;
  const fetched = () =>
    (coming ??= load().then(
      (module) => {
        known = module.default;
      },
      (reason: unknown) => {
        coming = undefined; // whoever opens it anew tries it anew
        throw reason;
      },
    ));

  function Deferred(given: Given) {
    const [Loaded, setLoaded] = useState(() => known);
    useEffect(() => {
      if (Loaded) return undefined;
      let isGone = false;
      fetched().then(
        () => !isGone && setLoaded(() => known),
        (reason: unknown) =>
          !isGone &&
          setLoaded(() => {
            throw reason;
          }),
      );
      return () => {
        isGone = true;
      };
    }, [Loaded]);
    return Loaded ? <Loaded {...given} /> : waiting;
  }
  return Object.assign(Deferred, { preload: () => void fetched().catch(() => undefined) });
}
