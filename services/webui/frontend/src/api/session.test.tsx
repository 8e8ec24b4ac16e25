import { beforeEach, describe, expect, it, vi } from "vitest";

import { forgetToken, keepToken, readRefusal, readToken, refuseToken, takeToken, watchSession } from "./session";

beforeEach(() => keepToken(""));

describe("the token", () => {
  it("is taken out of the link that opened the page, and never stays in the address", () => {
    history.replaceState(null, "", "/below/?a=1#token=hd_abc-1");
    takeToken();
    expect(readToken()).toBe("hd_abc-1");
    expect(location.href).toBe(`${location.origin}/below/?a=1`);
  });

  it("stays as it was where the address holds a place", () => {
    keepToken("hd_old");
    history.replaceState(null, "", "/#/trial/token=1");
    takeToken();
    expect(readToken()).toBe("hd_old");
    expect(location.hash).toBe("#/trial/token=1");
  });

  it("is kept without the blanks that were copied with it", () => {
    keepToken("  hd_abc\n");
    expect(readToken()).toBe("hd_abc");
    expect(readRefusal()).toBe("");
  });

  it("is forgotten when it opens nothing, and everybody hears why", () => {
    const heard = vi.fn();
    const stop = watchSession(heard);
    keepToken("hd_abc");
    refuseToken("hd_abc", "the token is unknown");
    expect(readToken()).toBe("");
    expect(readRefusal()).toBe("the token is unknown");
    expect(heard).toHaveBeenCalledTimes(2);
    stop();
    forgetToken();
    expect(heard).toHaveBeenCalledTimes(2);
    expect(readRefusal()).toBe("You are logged out.");
  });

  it("survives the late refusal of the one before it", () => {
    keepToken("hd_new");
    refuseToken("hd_old", "the token is unknown");
    expect(readToken()).toBe("hd_new");
    expect(readRefusal()).toBe("");
  });
});
