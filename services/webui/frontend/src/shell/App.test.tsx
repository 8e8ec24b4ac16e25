import { QueryClient } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { fetchClient } from "../api/fetchClient";
import { keepToken, readToken } from "../api/session";
import { fakeClient } from "../testing/fakeClient";
import { listedTrial } from "../testing/samples";
import { show } from "../testing/show";
import { App } from "./App";
import { Surroundings } from "./Surroundings";

class SilentSocket {
  close = () => undefined;
}

const answer = (status: number, body: unknown) =>
  Promise.resolve(new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } }));

/** A gateway that knows one token. */
const gateway = vi.fn((request: Request) => {
  if (request.headers.get("Authorization") !== "Bearer hd_good")
    return answer(401, { title: "Unauthorized", detail: "a token is needed" });
  if (request.url.includes("/trials")) return answer(200, { items: [listedTrial()], next_cursor: null, position: 1 });
  if (request.url.includes("/tickets")) return answer(200, { ticket: "t" });
  return answer(200, { name: "ann", scopes: ["read"] });
});

function open() {
  history.replaceState(null, "", "/#/");
  vi.stubGlobal("fetch", gateway);
  vi.stubGlobal("WebSocket", SilentSocket);
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <Surroundings client={fetchClient(new URL("http://gateway/api/v1/"))} queries={queries} env="test">
      <App />
    </Surroundings>,
  );
}

beforeEach(() => keepToken(""));

describe("logging in", () => {
  it("is asked for where the gateway wants it, and opens the page", async () => {
    open();
    expect(await screen.findByRole("heading", { name: "Log in" })).toBeVisible();
    expect(screen.getByText("a token is needed")).toBeVisible();
    await userEvent.type(screen.getByLabelText(/Token/), " hd_good ");
    await userEvent.click(screen.getByRole("button", { name: "Log in" }));
    expect(await screen.findByRole("link", { name: "digits" })).toBeVisible();
    expect(readToken()).toBe("hd_good");
    expect(location.href).not.toContain("hd_good");
    expect(screen.getByRole("button", { name: "Account" })).toBeVisible();
  });

  it("forgets a token that opens nothing, and says so", async () => {
    keepToken("hd_bad");
    open();
    expect(await screen.findByRole("heading", { name: "Log in" })).toBeVisible();
    expect(readToken()).toBe("");
    expect(gateway.mock.calls.length).toBeLessThan(10);
  });

  it("is asked for again after logging out", async () => {
    keepToken("hd_good");
    open();
    await userEvent.click(await screen.findByRole("button", { name: "Account" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Log out" }));
    expect(await screen.findByText("You are logged out.")).toBeVisible();
  });
});

describe("the pages", () => {
  it("begin with the trials", async () => {
    show(<App />, { client: fakeClient({ trials: [listedTrial()] }) });
    expect(await screen.findByRole("heading", { level: 1, name: "Trials" })).toBeVisible();
    expect(await screen.findByRole("link", { name: "digits" })).toBeVisible();
  });

  it("say where there is none", async () => {
    show(<App />, { at: "/nowhere" });
    expect(await screen.findByText("There is no such page")).toBeVisible();
    expect(screen.getByRole("heading", { level: 1, name: "Page not found" })).toBeVisible();
    expect(screen.getByRole("link", { name: "All trials" })).toHaveAttribute("href", "#/");
  });
});
