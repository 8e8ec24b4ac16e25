import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import { keepToken, readToken } from "../api/session";
import { fakeClient } from "../testing/fakeClient";
import { show } from "../testing/show";
import { Header } from "./Header";

describe("the header", () => {
  it.each([
    ["/", "Trials"],
    ["/trial/digits-1/jobs", "Trials"],
    ["/job/digits-1.7", "Trials"],
    ["/workers", "Workers"],
    ["/activity", "Activity"],
  ])("says at %s that this is %s", (at, name) => {
    show(<Header />, { at });
    const current = screen.getAllByRole("link").filter((link) => link.ariaCurrent ?? link.getAttribute("aria-current"));
    expect(current.map((link) => link.textContent)).toEqual([name]);
  });

  it("leads to a new trial", () => {
    show(<Header />);
    expect(screen.getByRole("link", { name: "New trial" })).toHaveAttribute("href", "#/new");
  });

  it("turns light into dark and back", async () => {
    show(<Header />);
    await userEvent.click(screen.getByRole("button", { name: "Show it dark" }));
    expect(document.documentElement).toHaveAttribute("data-mantine-color-scheme", "dark");
    await userEvent.click(screen.getByRole("button", { name: "Show it light" }));
    expect(document.documentElement).toHaveAttribute("data-mantine-color-scheme", "light");
  });

  it("takes the keyboard past itself", async () => {
    show(
      <>
        <Header />
        <main>here</main>
      </>,
    );
    await userEvent.click(screen.getByRole("link", { name: "Skip to the content" }));
    expect(screen.getByRole("main")).toHaveFocus();
  });

  it("has an account only where there is a token, and logs out", async () => {
    const { unmount } = show(<Header />);
    expect(screen.queryByRole("button", { name: "Account" })).not.toBeInTheDocument();
    unmount();
    keepToken("hd_abc");
    show(<Header />, { client: fakeClient({ scopes: ["read", "submit"] }) });
    await userEvent.click(screen.getByRole("button", { name: "Account" }));
    expect(await screen.findByText("tester may read, submit")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("menuitem", { name: "Log out" }));
    expect(readToken()).toBe("");
  });
});
