"""Chromium, and what a person would do in it, timed inside of the page by `webui_probe.js`.

All times are the page's own: from the navigation or the input event to the frame that shows the
result, so the way through the driver does not count. Everything that is waited for has an end:
who takes longer has given up, which is None.
"""

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, Self, TypeAlias

import psutil
from playwright.sync_api import Error, Page, ViewportSize, sync_playwright
from playwright.sync_api import TimeoutError as TookTooLong

_PROBE: Final = (Path(__file__).parent / "webui_probe.js").read_text("utf-8")
ARGUMENTS: Final = (
    "--no-sandbox",  # it may run as root, in containers
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
_SIZE: Final[ViewportSize] = {"width": 1440, "height": 900}
_KB: Final = 1000

Sign: TypeAlias = str
"""JavaScript of a function that tells what is seen; nothing true while there is nothing."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A page that came to show what was waited for.

    Attributes:
        ms: since the navigation.
        files: what had been fetched by then: address, bytes on the wire, bytes.
    """

    ms: float
    files: Sequence[tuple[str, int, int]]

    def code_kb(self, apart: str) -> float:
        """KB on the wire of pages, scripts and styles, but for those whose name has `apart`."""
        code = [each for each in self.files if "/api/" not in each[0]]
        return sum(size for name, size, _ in code if not apart or apart not in name) / _KB


class View:
    """One page in a context of its own: nothing is cached."""

    def __init__(self, page: Page, patience: float) -> None:
        self.page = page
        self._patience = 1000 * patience

    def open(self, url: str, **conditions: str) -> dict[str, Opened | None]:
        """Goes there. Each condition is a function in JavaScript; when it was first painted."""
        found: dict[str, Opened | None] = dict.fromkeys(conditions)
        try:
            self.page.goto(url, wait_until="commit", timeout=self._patience)
            for name, condition in conditions.items():
                self.ask(f"() => probe.open({name!r}, {condition})")
            for name in conditions:
                result = self.ask(f"() => probe.results[{name!r}]")
                found[name] = Opened(result["ms"], result["files"])
        except TookTooLong:
            pass  # what waits for more would not be there either
        return found

    def first_paint(self) -> float:
        """When anything at all was painted."""
        expression = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
        return float(self.ask(expression))

    def click(self, selector: str, sign: Sign) -> float | None:
        """Clicks; until what is seen has changed."""
        return self._after("click", lambda: self.page.click(selector), sign)

    def hover(self, selector: str, moves: int) -> list[float]:
        """Moves the mouse across it; until the next frame, for each move."""
        box = self.page.locator(selector).first.bounding_box()
        if box is None:
            return []
        found = []
        for number in range(moves):
            x = box["x"] + box["width"] * (0.1 + 0.8 * number / moves)
            y = box["y"] + box["height"] * (0.3 + 0.4 * (number % 5) / 5)
            found.append(self._after("mousemove", partial(self.page.mouse.move, x, y)))
        return [each for each in found if each is not None]

    def jump(self, scroller: str, share: float, sign: Sign) -> float | None:
        """Scrolls to a share of the whole; until there is something to see there."""
        self._forget("jump")
        self.ask(f"() => probe.jump('jump', {scroller}, {share}, {sign})")
        return self._ms("jump")

    def ask(self, expression: str) -> Any:
        """What the function says, once that is true.

        Raises:
            TookTooLong: it takes too long.
        """
        return self.page.wait_for_function(expression, timeout=self._patience).json_value()

    def _after(
        self, event: str, act: Callable[[], object], sign: Sign = "undefined"
    ) -> float | None:
        self._forget(event)
        self.ask(f"() => probe.arm({event!r}, {event!r}, {sign})")
        act()
        return self._ms(event)

    def _forget(self, name: str) -> None:
        self.ask(f"() => delete probe.results[{name!r}]")

    def _ms(self, name: str) -> float | None:
        found = self._result(name)
        return None if found is None else float(found["ms"])

    def _result(self, name: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self.ask(f"() => probe.results[{name!r}]")
        except TookTooLong:
            return None
        return found


class Chromium:
    """The browser's driver, from `with` on; a view has a browser of its own."""

    def __enter__(self) -> Self:
        program = shutil.which("chromium") or shutil.which("google-chrome")
        if program is None:
            raise SystemExit("there is no Chromium: see scripts/install-test-needs")
        self._program = program
        self._driver = sync_playwright().start()
        return self

    def __exit__(self, *_: object) -> None:
        self._driver.stop()

    @contextmanager
    def view(self, patience: float, script: str = "") -> Iterator[View]:
        """A new page that knows nothing; `script` is run in it before its own.

        After twice the patience the browser is killed, and what still waits for it raises `Error`:
        a page that never comes to rest answers nobody, not even who wants to close it.
        """
        browser = self._driver.chromium.launch(executable_path=self._program, args=list(ARGUMENTS))
        watch = threading.Timer(2 * patience, self._kill)
        watch.start()
        try:
            context = browser.new_context(viewport=_SIZE)
            context.set_default_timeout(1000 * patience)
            context.add_init_script(_PROBE + script)
            yield View(context.new_page(), patience)
        finally:
            with suppress(Error):
                browser.close()
            watch.cancel()

    def _kill(self) -> None:
        for each in psutil.Process().children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if Path(each.exe()).name.startswith("chrom"):
                    each.kill()
