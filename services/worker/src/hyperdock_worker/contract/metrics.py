"""The intermediate metrics of a running target: the lines of `metrics.jsonl` as they appear."""

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from hyperdock_common.json_types import Json
from hyperdock_worker.contract.clean_json import clean_text, number, parse
from hyperdock_worker.contract.safe_files import Unreadable, opened, read_up_to

NAME = "metrics.jsonl"
MAX_LINE = 64 << 10
MAX_READ = 4 << 20  # a call; a flood is worked off over several calls
MAX_POINTS = 10_000
MAX_VALUES = 100
MAX_KEY = 200
MAX_STEP = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """Values that the target reported at a step."""

    step: int
    values: dict[str, float]


class MetricsReader:
    """Reads each line of the metrics file once, and numbers the usable ones from 0.

    A reader made after a restart reads the file from its beginning and gives every metric the
    number that it had before; what is known to be `reported` is left out.

    Attributes:
        skipped: how many lines held no usable metric.
        dropped: how many usable metrics were beyond `max_points`.
    """

    def __init__(self, folder: Path, *, reported: int = 0, max_points: int = MAX_POINTS) -> None:
        self._path = folder / NAME
        self._reported = reported
        self._max_points = max_points
        self._offset = 0
        self._number = 0
        self._inside_overlong = False
        self.skipped = 0
        self.dropped = 0

    def read_new(self, *, final: bool = False) -> Sequence[tuple[int, Metric]]:
        """The numbered metrics of the lines that were completed since the last call.

        Args:
            final: the target has ended: read everything, and take a last line without its line
                feed for complete.
        """
        try:
            with opened(self._path) as descriptor:
                metrics = list(self._numbered(self._new_lines(descriptor, final=False)))
                while final and os.fstat(descriptor).st_size > self._offset:
                    metrics.extend(self._numbered(self._new_lines(descriptor, final=True)))
        except (FileNotFoundError, Unreadable):
            return []
        return metrics

    def _numbered(self, lines: Sequence[bytes]) -> Iterator[tuple[int, Metric]]:
        for line in lines:
            metric = _metric(line)
            if metric is None:
                self.skipped += 1
            elif self._number >= self._max_points:
                self.dropped += 1
            else:
                self._number += 1
                if self._number > self._reported:
                    yield self._number - 1, metric

    def _new_lines(self, descriptor: int, *, final: bool) -> Sequence[bytes]:
        """The lines that are complete now; a last one that is not waits for the next call."""
        if os.fstat(descriptor).st_size < self._offset:  # the target began its file anew
            self._offset = 0
            self._inside_overlong = False
        os.lseek(descriptor, self._offset, os.SEEK_SET)
        content = read_up_to(descriptor, MAX_READ)
        *lines, rest = content.split(b"\n")
        overlong = len(rest) > MAX_LINE  # given up already, without waiting for its end
        if final and not overlong and len(content) < MAX_READ:
            lines.append(rest)
            rest = b""
        self._offset += len(content) if overlong else len(content) - len(rest)
        return self._whole_lines(lines, overlong=overlong)

    def _whole_lines(self, lines: list[bytes], *, overlong: bool) -> Sequence[bytes]:
        """Without the end of a line that was given up before; notes whether one is given up now."""
        continued = self._inside_overlong and not lines
        if lines and self._inside_overlong:
            del lines[0]
        self._inside_overlong = overlong or continued
        if overlong and not continued:
            self.skipped += 1
        return [line for line in lines if line.strip() and self._short_enough(line)]

    def _short_enough(self, line: bytes) -> bool:
        if len(line) <= MAX_LINE:
            return True
        self.skipped += 1
        return False


def _metric(line: bytes) -> Metric | None:
    try:
        written = parse(line)
    except ValueError:
        return None
    if not isinstance(written, dict):
        return None
    step = number(written.get("step"))
    if step is None or not step.is_integer() or not 0 <= step <= MAX_STEP:
        return None
    values = {
        clean_text(key, MAX_KEY): value
        for key, each in written.items()
        if key != "step" and (value := _finite(each)) is not None
    }
    if not values or len(values) > MAX_VALUES:
        return None
    return Metric(step=int(step), values=values)


def _finite(value: Json) -> float | None:
    found = number(value)
    return found if found is not None and math.isfinite(found) else None
