import { configure, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";

import { ApiProblem } from "../../api/problem";
import { fakeClient } from "../../testing/fakeClient";
import * as samples from "../../testing/samples";
import { show } from "../../testing/show";
import NewTrialPage from "./NewTrialPage";

const ID = "digits-k3x9aa";
const SLOW = 60_000; // ms; a form of this size takes its time in jsdom on a busy machine

configure({ asyncUtilTimeout: 10_000 });
beforeEach(() => sessionStorage.clear());

const page = (client = fakeClient(), at = "/new") => {
  const user = userEvent.setup({ delay: null });
  return { ...show(<NewTrialPage />, { client, at }), user };
};
const withTrial = () =>
  fakeClient({ specs: { [ID]: samples.spec() }, details: { [ID]: samples.trial(), "new-trial-1": samples.trial() } });
type User = ReturnType<typeof userEvent.setup>;
/** In one go: letter by letter takes its time in a form of this size. */
const fill = async (user: User, input: HTMLElement, text: string) => {
  await user.clear(input);
  await user.paste(text);
};
const submit = async (user: User) => {
  const button = screen.getByText("Submit the trial").closest("button") as HTMLElement;
  await waitFor(() => expect(button).toBeEnabled());
  await user.click(button);
};
const sent = (client: ReturnType<typeof fakeClient>, method: string) =>
  client.calls.filter(([name]) => name === method).at(-1)?.[1];
const yaml = async (user: User) => {
  await user.click(screen.getByLabelText("YAML"));
  return screen.findByLabelText<HTMLTextAreaElement>("Trial as YAML");
};
const write = async (user: User, text: string) => {
  const area = await yaml(user);
  await fill(user, area, text);
  return area;
};
const form = (user: User) => user.click(screen.getByLabelText("Form"));
const startFrom = async (user: User, name: RegExp) => {
  await user.click(screen.getByText("Start from"));
  await user.click(await screen.findByRole("menuitem", { name }));
};
const choose = async (user: User, label: string, option: string) => {
  const input = screen.getByLabelText(label, { selector: "input" });
  await user.click(input);
  await waitFor(() => expect(input).toHaveAttribute("aria-controls"));
  const list = document.getElementById(input.getAttribute("aria-controls") ?? "") ?? document.body;
  await user.click(within(list).getByRole("option", { name: option, hidden: true }));
};

describe("NewTrialPage", { timeout: SLOW }, () => {
  it("makes a trial of what is filled in, and goes to it", async () => {
    const { client, user } = page(withTrial());
    await fill(user, await screen.findByLabelText(/^Name \*$/), "digits");
    await fill(user, screen.getByLabelText(/^Image \*$/), "team/digits:1.2");
    await user.click(screen.getByText("Add a parameter"));
    await fill(user, screen.getByLabelText("Name of the parameter"), "model.lr");
    await fill(user, screen.getByLabelText("Low of model.lr"), "1e-5");
    await fill(user, screen.getByLabelText("High of model.lr"), "0.1");
    await user.click(screen.getByLabelText("Log scale of model.lr"));
    await fill(user, screen.getByLabelText("Jobs"), "30");
    await fill(user, screen.getByLabelText("Memory"), "4g");
    await submit(user);
    await waitFor(() => expect(location.hash).toBe("#/trial/new-trial-1"));
    expect(sent(client, "submit")).toEqual({
      name: "digits",
      image: "team/digits:1.2",
      space: { model: { lr: { type: "float", low: 1e-5, high: 0.1, log: true } } },
      budget: { jobs: 30 },
      resources: { memory: "4g" },
    });
  });

  it("submits by Ctrl+Enter, and forgets the draft then", async () => {
    const { client, user } = page(withTrial());
    await screen.findByText("New trial");
    await startFrom(user, /^A command/);
    expect(sessionStorage).toHaveLength(1);
    await user.click(screen.getByLabelText(/^Name \*$/));
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(location.hash).toBe("#/trial/new-trial-1"));
    expect(sent(client, "submit")).toMatchObject({ command: ["python", "train.py"] });
    expect(sessionStorage).toHaveLength(0);
  });

  it("says at the fields what is missing, but only when it is to be submitted", async () => {
    const { client, user } = page();
    await screen.findByText("New trial");
    expect(screen.queryByText("Name the image")).not.toBeInTheDocument();
    await submit(user);
    expect((await screen.findAllByText("Give the trial a name")).length).toBeGreaterThan(0);
    expect(screen.getByLabelText(/^Image \*$/)).toBeInvalid();
    expect(screen.getByLabelText(/^Name \*$/)).toHaveFocus();
    expect(sent(client, "submit")).toBeUndefined();
  });

  it("says at once what is wrong with a range, and leads from the list to the field", async () => {
    const { user } = page();
    await screen.findByText("New trial");
    await startFrom(user, /^A command/);
    const low = screen.getByLabelText("Low of lr");
    await fill(user, low, "0");
    expect(low).toBeInvalid();
    await user.click(within(screen.getByRole("region", { name: "Submit" })).getByRole("button", { name: "lr: low" }));
    expect(low).toHaveFocus();
  });

  it("shows what the gateway finds wrong at the field it belongs to, and the rest in the list", async () => {
    const client = fakeClient();
    client.fail(
      "validate",
      new ApiProblem(422, "2 problems", [
        { field: "algorithm.name", problem: "unknown algorithm 'CMAA'" },
        { field: "space.momentum.when.optimizer", problem: "is no value of it" },
        { field: "points[0].params", problem: "lacks lr" },
      ]),
    );
    const { user } = page(client);
    await screen.findByText("New trial");
    await startFrom(user, /^A command/);
    const panel = screen.getByRole("region", { name: "Submit" });
    expect(await within(panel).findByText(/lacks lr/)).toBeInTheDocument();
    expect(screen.getByRole("combobox", { name: "Name" })).toBeInvalid();
    expect(screen.getAllByText("is no value of it")).toHaveLength(2);
    await user.click(within(panel).getByRole("button", { name: "points[0].params" }));
    expect(await screen.findByLabelText("Trial as YAML")).toBeInTheDocument();
  });

  it("brings the refusal of a submission to its field", async () => {
    const client = fakeClient();
    client.fail("submit", new ApiProblem(422, "refused", [{ field: "budget.jobs", problem: "the policy allows 10" }]));
    const { user } = page(client);
    await screen.findByText("New trial");
    await startFrom(user, /^A command/);
    await submit(user);
    await waitFor(() => expect(screen.getByLabelText("Jobs")).toBeInvalid());
    await fill(user, screen.getByLabelText("Jobs"), "1");
    expect(screen.getByLabelText("Jobs")).toBeValid();
  });

  it("submits a document once, though the first answer was lost, and another one anew", async () => {
    const client = fakeClient();
    client.fail("submit", new ApiProblem(503, "try again"));
    const { user } = page(client);
    await screen.findByText("New trial");
    await startFrom(user, /^A command/);
    await submit(user);
    expect(await screen.findByText(/try again/)).toBeInTheDocument();
    await submit(user);
    await fill(user, screen.getByLabelText("Jobs"), "7");
    await submit(user);
    const keys = client.calls.filter(([name]) => name === "submit").map((call) => call[2]);
    expect(keys).toHaveLength(3);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[1]);
  });

  it("shows the size of the space and the first proposals", async () => {
    const { user } = page();
    await screen.findByText("New trial");
    await startFrom(user, /^A command/);
    expect(await screen.findByText("4 dimensions, continuous")).toBeInTheDocument();
    const table = await screen.findByRole("table");
    expect(within(table).getByRole("cell", { name: "rbf" })).toBeInTheDocument();
    expect(within(table).getByRole("columnheader", { name: "degree" })).toBeInTheDocument();
  });

  it("shows in the form what was written as YAML, and in the YAML what was changed in the form", async () => {
    const { client, user } = page();
    await screen.findByText("New trial");
    await write(user, "# keep me\nname: digits\nimage: a/b\nspace:\n  k: [1, '1', null]\nmystery: 7\n");
    await form(user);
    expect(await screen.findByDisplayValue("a/b")).toBeInTheDocument();
    expect(screen.getByText('"1"')).toBeInTheDocument();
    await fill(user, screen.getByRole("textbox", { name: "Values of k" }), "adam,");
    const area = await yaml(user);
    expect(area.value).toContain("# keep me");
    await waitFor(() =>
      expect(sent(client, "validate")).toEqual({
        name: "digits",
        image: "a/b",
        space: { k: [1, "1", null, "adam"] },
        mystery: 7,
      }),
    );
  });

  it("keeps a YAML text with a mistake, names its line, and shows no form of it", async () => {
    const { user } = page();
    await screen.findByText("New trial");
    await startFrom(user, /^A command/);
    await write(user, "name: x\nspace: {k: [1\n");
    expect(await screen.findByText(/^Line [23]:/)).toBeInTheDocument();
    await form(user);
    expect(await screen.findByText("The YAML cannot be read")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Mend the YAML" }));
    expect((await screen.findByLabelText<HTMLTextAreaElement>("Trial as YAML")).value).toBe("name: x\nspace: {k: [1\n");
  });

  it("keeps a union as it is, and says that only YAML can edit it", async () => {
    const { client, user } = page();
    await screen.findByText("New trial");
    await write(user, "name: u\nimage: a/b\nspace:\n- {x: [1, 2]}\n- {y: {type: float, low: 0, high: 1}}\n");
    await form(user);
    expect(await screen.findByText("This space can only be edited as YAML")).toBeInTheDocument();
    await fill(user, screen.getByLabelText("Jobs"), "5");
    await waitFor(() =>
      expect(sent(client, "validate")).toMatchObject({
        space: [{ x: [1, 2] }, { y: { type: "float", low: 0, high: 1 } }],
        budget: { jobs: 5 },
      }),
    );
  });

  it("lets no name be lost that YAML cannot hold twice", async () => {
    const { user } = page();
    await screen.findByText("New trial");
    await startFrom(user, /^A command/);
    const second = screen.getByDisplayValue("layers");
    await fill(user, second, "lr");
    expect(await yaml(user)).toHaveAttribute("readonly");
    await form(user);
    expect(screen.getAllByDisplayValue("lr")).toHaveLength(2);
  });

  it("makes a parameter conditional", async () => {
    const { client, user } = page();
    await screen.findByText("New trial");
    await startFrom(user, /^A command/);
    await user.click(screen.getByRole("button", { name: "More for layers" }));
    await user.click(await screen.findByRole("menuitem", { name: "Only under a condition" }));
    await choose(user, "layers depends on", "optimizer");
    await choose(user, "Values for layers", "adam");
    expect(await screen.findByRole("img", { name: /^Draws of layers: in (4|5)\d %/ })).toBeInTheDocument();
    await waitFor(() =>
      expect(sent(client, "validate")).toMatchObject({
        space: { layers: { type: "int", low: 1, high: 4, when: { optimizer: "adam" } } },
      }),
    );
  });

  it("clones a trial, with its best result as first point if that is wanted", async () => {
    const { client, user } = page(withTrial(), `/new?clone=${ID}`);
    expect(await screen.findByDisplayValue("digits (copy)")).toBeInTheDocument();
    expect(screen.getByRole("link", { name: "digits" })).toHaveAttribute("href", `#/trial/${ID}`);
    await user.click(await screen.findByRole("checkbox", { name: /Run its best parameters first/ }));
    await submit(user);
    await waitFor(() => expect(location.hash).toBe("#/trial/new-trial-1"));
    expect(sent(client, "submit")).toEqual({
      name: "digits (copy)",
      image: "team/digits:1.2",
      space: samples.spec().space,
      points: [{ params: samples.trial().best?.params }],
      budget: { jobs: 30 },
      parallelism: 2,
      tags: ["svm"],
    });
  });

  it("is no copy any longer when it starts from an example, until that is undone", async () => {
    const { user } = page(withTrial(), `/new?clone=${ID}`);
    await screen.findByText(/^A copy of/);
    await fill(user, screen.getByLabelText("Jobs"), "5");
    await startFrom(user, /^A command/);
    expect(screen.queryByText(/^A copy of/)).not.toBeInTheDocument();
    await user.click(screen.getByText("Undo"));
    expect(await screen.findByText(/^A copy of/)).toBeInTheDocument();
    expect(screen.getByLabelText("Jobs")).toHaveValue("5");
  });

  it("says that the trial to be cloned is not there", async () => {
    page(fakeClient(), "/new?clone=nothing");
    expect(await screen.findByText("There is no such thing")).toBeInTheDocument();
  });

  it("keeps the draft over a reload", async () => {
    const { user, unmount } = page();
    await fill(user, await screen.findByLabelText(/^Name \*$/), "kept");
    unmount();
    page();
    expect(await screen.findByDisplayValue("kept")).toBeInTheDocument();
  });

  it("takes a file, and gives back by undo what it replaced", async () => {
    const { user } = page();
    await fill(user, await screen.findByLabelText(/^Name \*$/), "mine");
    await user.upload(screen.getByLabelText("Trial file"), new File(["name: theirs\nspace: {x: [1]}\n"], "trial.yaml"));
    expect(await screen.findByDisplayValue("theirs")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Undo" }));
    expect(await screen.findByDisplayValue("mine")).toBeInTheDocument();
  });

  it("puts aside what another kind of target has no use for, and brings it back", async () => {
    const { client, user } = page();
    await screen.findByText("New trial");
    await write(user, "name: a\nimage: team/a\ndata: sets/mnist\nspace: {x: [1, 2]}\n");
    await form(user);
    await user.click(await screen.findByRole("radio", { name: "External" }));
    await waitFor(() => expect(sent(client, "validate")).toEqual({ name: "a", external: true, space: { x: [1, 2] } }));
    await user.click(screen.getByRole("radio", { name: "Image" }));
    expect(await screen.findByDisplayValue("sets/mnist")).toBeInTheDocument();
    expect(screen.getByDisplayValue("team/a")).toBeInTheDocument();
  });

  it("does not submit with a token that may only read, and says so", async () => {
    page(fakeClient({ scopes: ["read"] }));
    expect(await screen.findByText(/Your token may only read/)).toBeInTheDocument();
    expect(screen.getByRole("button", { name: "Submit the trial" })).toBeDisabled();
  });
});
