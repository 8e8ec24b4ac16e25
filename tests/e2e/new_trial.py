"""The form of a new trial, filled in as people do it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from playwright.sync_api import Locator, Page, expect


class NewTrial:
    """The page at `/new`."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def name(self, text: str) -> None:
        """What people call it."""
        self.field("Name", within="About").fill(text)

    def command(self, words: Sequence[str]) -> None:
        """Its target is a program."""
        kinds = self.page.get_by_role("radiogroup", name="Kind of target")
        kinds.get_by_text("Command", exact=True).click()
        self.field("Command", within="Target").fill(" ".join(f'"{word}"' for word in words))

    def parameter(self, name: str, definition: Mapping[str, Any] | Sequence[str]) -> None:
        """One more parameter, as a trial file has it."""
        self.page.get_by_role("button", name="Add a parameter").click()
        row = self.page.get_by_role("list", name="Parameters").get_by_role("listitem").last
        row.get_by_label("Name of the parameter").fill(name)
        if isinstance(definition, Mapping):
            self._range(row, name, definition)
            return
        row.get_by_label(f"Type of {name}").select_option("choice")
        values = row.get_by_label(f"Values of {name}")
        for value in definition:
            values.fill(value)
            values.press("Enter")

    def algorithm(self, name: str, seed: int) -> None:
        """Who proposes."""
        self.field("Name", within="Algorithm").fill(name)
        self.field("Seed", within="Algorithm").fill(str(seed))

    def budget(self, *, jobs: int, parallel: int) -> None:
        """How many jobs, and at once."""
        self.field("Jobs", within="Budget").fill(str(jobs))
        self.field("Parallel jobs", within="Budget").fill(str(parallel))

    def variable(self, name: str, value: str) -> None:
        """A variable of the target's environment."""
        self.page.get_by_role("button", name="Add a variable").click()
        self.page.get_by_label(re.compile(r"^Name of variable \d+ of Environment")).last.fill(name)
        self.page.get_by_label(f"Value of {name}").fill(value)

    def field(self, label: str, *, within: str) -> Locator:
        """A field of a section."""
        section = self.page.get_by_role("region", name=within, exact=True)
        fields = section.get_by_role("textbox", name=label)
        return fields.or_(section.get_by_role("combobox", name=label)).first

    def expect_ready(self) -> None:
        """The gateway has looked at it, and would take it."""
        expect(self.page.get_by_text("Ready to submit")).to_be_visible()

    def submit(self) -> None:
        """Sends it off; the page of the trial follows."""
        self.page.get_by_role("button", name="Submit the trial").click()

    def _range(self, row: Locator, name: str, definition: Mapping[str, Any]) -> None:
        row.get_by_label(f"Type of {name}").select_option(definition["type"])
        row.get_by_label(f"Low of {name}").fill(str(definition["low"]))
        row.get_by_label(f"High of {name}").fill(str(definition["high"]))
        if definition.get("log"):
            row.get_by_label(f"Log scale of {name}").check()
