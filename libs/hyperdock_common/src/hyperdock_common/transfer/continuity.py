"""Whether facts follow each other as they must in a log: what does not, no log takes in.

There is no gap, the hash chain holds from one to the next, each is listed under its own names, and
the numbers in each stream follow; of streams that began before, from the first number on.
"""

from hyperdock_common.events.chain import GENESIS, link
from hyperdock_common.listed_names import wrong_name
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
        self._before = 0 if position == 0 else None
        self._versions: dict[str, int] = {}

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
        if problem := wrong_name(fact) or self._wrong_number(fact):
            raise Broken(f"position {fact.position} {problem}")
        self.position = fact.position
        self.chain = fact.chain

    def _wrong_number(self, fact: StoredEvent) -> str:
        before = self._versions.get(fact.stream, self._before)
        number = fact.version if before is None else before + 1
        if number is None:
            return ""
        if fact.version not in (None, number):
            return f"is said to be fact {fact.version} of {fact.stream}, and is {number}"
        self._versions[fact.stream] = number
        return ""
