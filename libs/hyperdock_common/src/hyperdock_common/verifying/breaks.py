"""Says in a sentence what a break of the chain is, and what follows from it."""

from hyperdock_common.verifying.chain import Break
from hyperdock_common.verifying.findings import Finding, Kind


def told(found: Break) -> Finding:
    """The finding that a break is."""
    kind = _kind(found)
    is_run = kind in (Kind.CHANGED, Kind.HASH_MISSING)
    return Finding(
        position=found.first,
        last=found.last if is_run else found.first,
        kind=kind,
        what=_sentence(kind, found),
    )


def _kind(found: Break) -> Kind:
    if found.kind is not Kind.CHANGED:
        return found.kind
    if found.reason:
        return Kind.UNREADABLE
    return Kind.INSERTED if found.is_stale else Kind.CHANGED


def _sentence(kind: Kind, found: Break) -> str:
    many = f"{found.count} facts were" if found.count > 1 else "a fact was"
    match kind:
        case Kind.HASH_CHANGED:
            return "the fact is right, and its stored hash is not: the hash was changed"
        case Kind.HASH_MISSING:
            return "has no hash, although there was a chain before it: nothing vouches for it"
        case Kind.REMOVED:
            return f"{many} taken out here and what is behind renumbered: what was said is lost"
        case Kind.INSERTED if found.count:
            return f"{many} put in here and what is behind renumbered: nobody recorded that"
        case Kind.INSERTED:
            return "was not recorded here: its stream had this number before, it was put in later"
        case Kind.DOUBLED:
            return f"is the event of position {found.other} again, put in later: it counts twice"
        case Kind.SWAPPED:
            return (
                f"what was recorded here stands at position {found.other}: facts changed places,"
                " and what was decided between them followed from another order"
            )
        case Kind.UNREADABLE:
            return f"was changed and cannot be read any more, a rebuild stops here: {found.reason}"
        case _:
            return (
                "is not what was recorded here: it or its time was changed, or the fact before"
                " it together with its hash"
            )
