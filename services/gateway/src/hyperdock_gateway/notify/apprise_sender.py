"""The only file that knows Apprise, which knows how to reach Slack, Pushover and a hundred others.

Addresses are secrets, and Apprise and what it stands on like to log them: what they say is not
passed on, but for the kind of the problem.
"""

import logging
import re
import threading
import warnings
from contextlib import suppress
from typing import Any, Final, Self

from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType
from apprise.logger import LOGGER_NAME

from hyperdock_common.errors import HyperdockError
from hyperdock_common.service.secrets import Secret
from hyperdock_gateway.notify.sending import Sent
from hyperdock_gateway.notify.wording import Text

_CONNECT: Final = 5.0
_READ: Final = 10.0
_STATUS: Final = re.compile(r"error=([345]\d{2})\b")
_UNREACHABLE: Final = "it cannot be reached, or takes too long"


class UnknownAddress(HyperdockError):
    """Raised when Apprise cannot use an address; does not show it."""


class AppriseSender:
    """Sends to one address.

    Raises:
        UnknownAddress: it is none that Apprise knows.
    """

    def __init__(self, url: Secret) -> None:
        asset = AppriseAsset(
            app_id="Hyperdock",
            app_desc="Hyperdock notifications",
            async_mode=False,
            secure_logging=True,
            storage_mode="memory",
        )
        with _hush, warnings.catch_warnings(action="ignore"):  # it loads a hundred plugins now
            self._target: Any = Apprise.instantiate(str(url), asset=asset)
        if self._target is None:
            raise UnknownAddress("is no address that Apprise knows; see docs/notifications.md")
        given = str(url).lower()
        if "cto=" not in given:
            self._target.socket_connect_timeout = _CONNECT
        if "rto=" not in given:
            self._target.socket_read_timeout = _READ

    def send(self, text: Text) -> Sent:
        """See `Sender.send`."""
        with _hush as said:
            try:
                ok = self._target.notify(
                    title=text.title,
                    body=text.body or text.title,
                    notify_type=NotifyType(text.level),
                    body_format=NotifyFormat.TEXT,
                )
            except Exception as error:  # noqa: BLE001 - whatever it is, it may hold the address
                return Sent(ok=False, problem=f"it failed ({type(error).__name__})")
            return Sent(ok=True) if ok else Sent(ok=False, problem=said.problem())


class _Hush(logging.Handler):
    """While entered by a thread, keeps what that thread's libraries log from everybody else."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._here = threading.local()

    def __enter__(self) -> Self:
        self._here.said = []
        apprise = logging.getLogger(LOGGER_NAME)
        apprise.propagate = False
        apprise.handlers = [self]
        for handler in (*logging.getLogger().handlers, logging.lastResort):
            if handler is not None:
                handler.addFilter(self._is_of_others)
        return self

    def __exit__(self, *_: object) -> None:
        self._here.said = None

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(Exception):
            if self._is_here():
                self._here.said.append(record.getMessage())

    def problem(self) -> str:
        """What went wrong, in words of ours."""
        found = [each[1] for said in self._here.said if (each := _STATUS.search(said))]
        return f"it answers with status {found[-1]}" if found else _UNREACHABLE

    def _is_of_others(self, _record: logging.LogRecord) -> bool:
        return not self._is_here()

    def _is_here(self) -> bool:
        return getattr(self._here, "said", None) is not None


_hush: Final = _Hush()
