import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { useLocation, useSearch } from "wouter";

import { show } from "../testing/show";
import { hrefs, useQueryState } from "./location";

function Place() {
  const [path, go] = useLocation();
  const search = useSearch();
  const [values, change] = useQueryState();
  return (
    <>
      <output>{`${path} | ${search} | ${values.get("q") ?? "-"}`}</output>
      <button onClick={() => go("/trial/a?q=1")}>go</button>
      <button onClick={() => change({ q: "a b&c", state: undefined })}>filter</button>
      <button onClick={() => change({ tab: "jobs" }, { push: true })}>step</button>
    </>
  );
}

const shown = () => screen.getByRole("status").textContent;
const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));

describe("the place in the address", () => {
  it("is read from behind the hash", () => {
    show(<Place />, { at: "/workers?q=ant" });
    expect(shown()).toBe("/workers | q=ant | ant");
  });

  it("is the list of trials where the address names none", () => {
    show(<Place />, { at: "" });
    expect(shown()).toBe("/ |  | -");
  });

  it("changes by going, and by links", async () => {
    show(<Place />);
    await press("go");
    expect(shown()).toBe("/trial/a | q=1 | 1");
    expect(location.hash).toBe("#/trial/a?q=1");
    act(() => {
      history.replaceState(null, "", hrefs("/activity"));
      dispatchEvent(new HashChangeEvent("hashchange"));
    });
    expect(shown()).toBe("/activity |  | -");
  });

  it("takes values of any text, drops empty ones and keeps the others", async () => {
    show(<Place />, { at: "/?state=running&sort=name" });
    await press("filter");
    expect(location.hash).toBe("#/?sort=name&q=a+b%26c");
    expect(shown()).toContain("| a b&c");
  });

  it("makes a step back only where it is asked for", async () => {
    show(<Place />);
    const before = history.length;
    await press("filter");
    expect(history.length).toBe(before);
    await press("step");
    expect(history.length).toBe(before + 1);
  });
});
