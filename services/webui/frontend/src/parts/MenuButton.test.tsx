import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";

import { show } from "../testing/show";
import { MenuButton } from "./MenuButton";

it("opens, does what is chosen, and has the focus again", async () => {
  const act = vi.fn();
  show(<MenuButton label="Account" icon="A" entries={[{ label: "Log out", act }]} />);
  await userEvent.click(screen.getByRole("button", { name: "Account" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Log out" }));
  expect(act).toHaveBeenCalledOnce();
  expect(screen.queryByRole("menu")).not.toBeInTheDocument();
  await waitFor(() => expect(screen.getByRole("button", { name: "Account" })).toHaveFocus());
});

it("gives the focus back to its button on Escape", async () => {
  show(<MenuButton label="Account" icon="A" entries={[{ label: "Log out" }]} />);
  await userEvent.tab();
  await userEvent.keyboard("{Enter}");
  expect(await screen.findByRole("menuitem", { name: "Log out" })).toBeVisible();
  await userEvent.keyboard("{Escape}");
  expect(screen.queryByRole("menu")).not.toBeInTheDocument();
  await waitFor(() => expect(screen.getByRole("button", { name: "Account" })).toHaveFocus());
});
