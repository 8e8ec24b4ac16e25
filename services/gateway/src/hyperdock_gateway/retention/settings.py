"""What an operator says about logs."""

from dataclasses import dataclass

from hyperdock_common.service.retention_options import RETENTION_EVERY


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSettings:
    """How long and how much of the targets' logs is kept; None: all of it.

    Attributes:
        keep_for: seconds since a log was last written to.
        keep_size: bytes of all logs together.
        every: seconds between two looks.
    """

    keep_for: float | None = None
    keep_size: int | None = None
    every: float = RETENTION_EVERY

    @property
    def is_limited(self) -> bool:
        """Whether there is ever anything to remove."""
        return self.keep_for is not None or self.keep_size is not None
