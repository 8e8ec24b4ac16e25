"""Whether facts follow each other without a gap, and the hash chain holds from one to the next."""

from hyperdock_common.events.chain import GENESIS, link
from hyperdock_common.ports import StoredEvent


class Broken(ValueError):
    """Raised when a fact is not the one that follows."""


class Continuity:
    """Looks at facts one after the other.

    Args:
        position: behind which they begin.
        chain: of the fact there; None where there is none.

    Attributes:
        position: of the last one.
        chain: of the last one.
    """

    def __init__(self, position: int, chain: bytes | None) -> None:
        self.position = position
        self.chain = chain
        self._link = chain or GENESIS

    def follow(self, fact: StoredEvent) -> None:
        """The next one.

        Raises:
            Broken: it is not.
        """
        if fact.position != self.position + 1:
            raise Broken(f"position {fact.position} follows, which leaves a gap or a double")
        if fact.chain is None:
            if self.chain is not None:
                raise Broken(f"the chain ends before position {fact.position}")
        elif fact.chain != link(self._link, fact.position, fact.recorded_at, fact.body):
            raise Broken(f"the hash chain does not hold at position {fact.position}")
        else:
            self._link = fact.chain
        self.position = fact.position
        self.chain = fact.chain
