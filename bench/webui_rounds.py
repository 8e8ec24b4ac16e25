"""What is done with either site in one round, and while events come in."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from playwright.sync_api import Error
from webui_browser import Chromium, Opened, View
from webui_servers import Server
from webui_sites import Site

_HOVERS: Final = 15
_JUMPS: Final = (0.5, 0.9, 0.25)
_PAUSE: Final = 150  # ms between two things that a person does
_SETTLED: Final = 500  # ms


@dataclass
class Taken:
    """What was found of one site at one size: milliseconds by name."""

    times: dict[str, list[float]] = field(default_factory=dict)
    given_up: list[str] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Whether it was there in every round."""
        return bool(self.times.get(name)) and name not in self.given_up

    def add(self, name: str, *found: float | None) -> bool:
        """Takes them in; False when something has given up."""
        self.times.setdefault(name, []).extend(each for each in found if each is not None)
        if None in found:
            self.given_up.append(name)
        return None not in found

    def median(self, name: str) -> float | None:
        """Of all rounds."""
        found = self.times.get(name)
        return round(statistics.median(found), 1) if found else None


@dataclass(frozen=True, slots=True)
class Live:
    """What it was like while events came in: milliseconds, and the share of frames not drawn."""

    acted: Sequence[float]
    delays: Sequence[float]
    dropped: float
    blocked: float


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who uses a site."""

    name: str
    chromium: Chromium
    site: Site
    server: Server
    jobs: int
    patience: float
    script: str = ""
    """Logs in."""

    def round(self, taken: Taken) -> None:
        """Opens every page with nothing cached, and uses it."""
        for part in (self._lists, self._trial, self._table):
            try:
                with self.chromium.view(self.patience, self.script) as view:
                    part(view, taken)
            except Error as error:  # also of a page that went down
                if self.server.process.poll() is not None:
                    raise SystemExit(f"the server of {self.name} has ended") from error
                taken.given_up.append(f"{part.__name__.strip('_')}: {error.message[:80]}")

    def _lists(self, view: View, taken: Taken) -> None:
        opened = view.open(self.server.url + self.site.lists, first=self.site.listed)["first"]
        if opened is None:
            taken.add("first_content", None)
            return
        taken.add("first_content", opened.ms)
        taken.add("first_paint", view.first_paint())
        taken.add("first_load_kb", opened.code_kb(self.site.charts))

    def _trial(self, view: View, taken: Taken) -> None:
        site = self.site
        whole = site.whole.replace("{words}", f"{self.jobs:,}")
        opened = view.open(self.server.url + site.trial, drawn=site.drawn, whole=whole)
        drawn, complete = opened["drawn"], opened["whole"]
        taken.add("drawn", ms_of(drawn))
        if not taken.add("complete", ms_of(complete)):
            return
        view.page.wait_for_timeout(_SETTLED)
        taken.add("blocked", float(view.ask("() => [probe.blocked]")[0]))
        taken.add("hover", *view.hover(site.plot, _HOVERS))
        if taken.add("to_table", view.click(site.to_table, site.rows)):
            view.page.wait_for_timeout(_SETTLED)
            taken.add("to_plot", view.click(site.to_plot, site.drawn))

    def _table(self, view: View, taken: Taken) -> None:
        site = self.site
        opened = view.open(self.server.url + site.table, table=site.rows)["table"]
        if not taken.add("table", ms_of(opened)):
            return
        self._wait_for_all(view)
        taken.add("jump", *(view.jump(site.scroller, share, site.rows) for share in _JUMPS))
        *before, last = site.filtering
        for each in before:
            view.page.click(each)
        taken.add("filter", view.click(last, site.count))
        for _ in before:
            view.page.keyboard.press("Escape")
        *before, last = site.sorting
        for each in before:
            view.page.click(each)
        view.ask(site.sorted_rows)
        taken.add("sort", view.click(last, site.sorted_rows))

    def _wait_for_all(self, view: View) -> None:
        """Until the list says that it has all jobs: who scrolls in less has it easier."""
        view.ask(f"() => parseInt(({self.site.count})() ?? '0') >= {self.jobs}")
        view.ask(self.site.ready)
        view.page.wait_for_timeout(_SETTLED)

    def live(self, rate: float, quiet: float) -> Live | None:
        """Uses both pages while events come in; None: it did not get through."""
        try:
            return self._live(rate, quiet)
        except Error:
            return None

    def _live(self, rate: float, quiet: float) -> Live | None:
        site = self.site
        with self.chromium.view(self.patience, self.script) as view:
            if view.open(self.server.url + site.table, table=site.rows)["table"] is None:
                return None
            self.server.live(rate)
            try:
                self._wait_for_all(view)
                view.ask(f"() => probe.watch({site.newest})")
                view.page.wait_for_timeout(1000 * quiet)
                end = time.time()
                acted = self._act(view)
                found = view.ask("() => probe.watched()")
            finally:
                done = self.server.rest()
        seen = found["seen"]
        last_seen = seen[-1][1] / 1000 if seen else 0.0
        return Live(
            acted=acted,
            delays=delays_of(done, seen, min(end, last_seen)),
            dropped=found["dropped"] / max(1, found["dropped"] + found["frames"]),
            blocked=found["blocked"],
        )

    def _act(self, view: View) -> list[float]:
        """Scrolls, changes the page and hovers, with pauses; what each took."""
        site = self.site
        found = []
        for number in range(8):
            share = _JUMPS[number % len(_JUMPS)]
            found.append(view.jump(site.scroller, share, site.rows))
            view.page.wait_for_timeout(_PAUSE)
        found.append(view.click(site.to_plot, site.drawn))
        for _ in range(2):
            view.page.wait_for_timeout(_PAUSE)
            found += view.hover(site.plot, _HOVERS)
        found.append(view.click(site.to_table, site.rows))
        return [each for each in found if each is not None]


def ms_of(opened: Opened | None) -> float | None:
    """When it was there; None: it was given up."""
    return None if opened is None else opened.ms


def delays_of(
    done: Sequence[tuple[int, float]], seen: Sequence[tuple[int, float]], until: float
) -> list[float]:
    """How long after it was recorded each job was seen, ms; of those recorded before `until`."""
    found = []
    for number, at in done:
        first = next((when for newest, when in seen if newest >= number), None)
        if first is not None and at <= until:
            found.append(max(0.0, first - 1000 * at))
    return found
