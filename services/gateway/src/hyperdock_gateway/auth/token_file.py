"""The file of the tokens: followed while a gateway runs, changed by `hyperdock token`."""

import fcntl
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TypeAlias

import structlog

from hyperdock_common.errors import HyperdockError
from hyperdock_gateway.auth.tokens import Tokens, TokensRefused, dump_tokens, parse_tokens

_PERIOD: Final = 1.0
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO

_Version: TypeAlias = tuple[int, int, int]

log = structlog.get_logger(__name__)


class TokenFileUnusable(HyperdockError):
    """Raised when a token file cannot be read, or holds something else."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        lines = reason.splitlines()
        begin = f"the token file {path} cannot be used"
        text = f"{begin}: {reason}" if len(lines) == 1 else "\n  ".join([f"{begin}:", *lines])
        super().__init__(text)


class TokenFile:
    """The tokens of a file that may change: no gateway has to be started again for a new one.

    It is looked at once a second at most, by whoever asks. A new content that cannot be used
    changes nothing: the tokens that were there go on, and the log says what is wrong.

    Args:
        path: where it is.
        clock: monotonic.

    Raises:
        TokenFileUnusable: it cannot be used at the beginning.
    """

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        self._path = path
        self._clock = clock
        self._looked_at = clock()
        self._seen: _Version | None = None
        self._trouble = ""
        self._tokens = Tokens()
        try:
            self._read()
        except _Unreadable as error:
            raise TokenFileUnusable(path, str(error)) from error
        if not self._tokens.all:
            log.warning("no_tokens", file=str(path), remedy="`hyperdock token create` makes one")

    def current(self) -> Tokens:
        """The tokens as of a second ago, or newer."""
        now = self._clock()
        if now - self._looked_at >= _PERIOD:
            self._looked_at = now
            self._look()
        return self._tokens

    def _look(self) -> None:
        """Reads what is new; says once what is wrong with it."""
        try:
            if self._read():
                log.info("tokens_read", file=str(self._path), count=len(self._tokens.all))
            self._trouble = ""
        except _Unreadable as error:
            if str(error) != self._trouble:
                log.error("tokens_not_read", file=str(self._path), reason=str(error))  # noqa: TRY400
            self._trouble = str(error)

    def _read(self) -> bool:
        """Whether there was something new to read."""
        try:
            with self._path.open("rb") as file:
                status = os.fstat(file.fileno())
                version = (status.st_mtime_ns, status.st_size, status.st_ino)
                if version == self._seen:
                    return False
                content = file.read()
        except OSError as error:
            raise _Unreadable(error.strerror or type(error).__name__) from None
        self._seen = version
        self._check_mode(status)
        try:
            self._tokens = parse_tokens(content.decode())
        except UnicodeDecodeError:
            raise _Unreadable("it is not UTF-8") from None
        except TokensRefused as error:
            raise _Unreadable(str(error)) from None
        return True

    def _check_mode(self, status: os.stat_result) -> None:
        """What is another user's, e.g. in a container, must be open to us to be read at all."""
        if status.st_uid == os.getuid() and status.st_mode & _OTHERS:
            mode = stat.S_IMODE(status.st_mode)
            log.warning(
                "token_file_open_to_others",
                file=str(self._path),
                mode=f"{mode:04o}",
                remedy=f"chmod 600 {self._path}",
            )


class _Unreadable(HyperdockError):
    """Raised when a token file says nothing that can be used."""


def read_tokens(path: Path) -> Tokens:
    """The tokens of a file; none where there is no file.

    Raises:
        TokenFileUnusable: it cannot be read, or holds something else.
    """
    try:
        return parse_tokens(path.read_text("utf-8"))
    except FileNotFoundError:
        return Tokens()
    except OSError as error:
        raise TokenFileUnusable(path, error.strerror or type(error).__name__) from error
    except UnicodeDecodeError:
        raise TokenFileUnusable(path, "it is not UTF-8") from None
    except TokensRefused as error:
        raise TokenFileUnusable(path, str(error)) from None


@contextmanager
def changing(path: Path) -> Iterator[Callable[[Tokens], None]]:
    """Keeps others from changing the file meanwhile; gives what writes it, whole or not at all.

    Raises:
        TokenFileUnusable: its folder cannot be used.
    """
    real = path.resolve()  # a link stays one
    try:
        folder = os.open(real.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise TokenFileUnusable(path, f"its folder: {error.strerror}") from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)

        def write(tokens: Tokens) -> None:
            try:
                write_whole(real, dump_tokens(tokens), like_before=True)
            except OSError as error:
                raise TokenFileUnusable(path, error.strerror or type(error).__name__) from error

        yield write
    finally:
        os.close(folder)


def write_whole(path: Path, text: str, *, like_before: bool = False) -> None:
    """Writes a file that only we may read, whole or not at all.

    Args:
        path: where it is; it need not be there yet.
        text: what it is to hold.
        like_before: whether a file that is there keeps its owner and its mode.

    Raises:
        OSError: it was not written; what was there before is still there.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    new = Path(name)
    try:
        with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - it is open already
            if like_before:
                _like_before(file.fileno(), path)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _like_before(descriptor: int, path: Path) -> None:
    try:
        before = path.stat()
    except FileNotFoundError:
        return  # it is ours alone, as all temporary files
    with suppress(PermissionError):  # only root gives files away
        os.fchown(descriptor, before.st_uid, before.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(before.st_mode))
