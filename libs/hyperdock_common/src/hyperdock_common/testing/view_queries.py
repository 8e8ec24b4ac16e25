"""Pages that may be asked for of documents as they may be, and what they are to hold.

For property tests. The expected pages are found by the plainest of means, so that they can be
believed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports import Comparison, Condition, Field, Plain, ViewStore

_NAMES = st.one_of(
    st.sampled_from(["lr", "a", "b", "a.b", "a/b", "%2f", "$set", "$", ".", "größe", "params"]),
    st.sampled_from(['say "x"', "it's", "['a']", " ", "", "\\", "\0", "0", "*", "\\u0061", "_id"]),
)
_PLAIN: st.SearchStrategy[Plain] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.sampled_from([0.5, -0.0, 1.0, 1e-300, 1e300, 2**53 + 1, 2.0**53, 2**63, -(2**70)]),
    st.sampled_from(["", "a", "A", "b", "ß", "SS", "1", "true", "'", "😀", "\uffff"]),
)
_ORDERED = (Comparison.LESS, Comparison.AT_MOST, Comparison.MORE, Comparison.AT_LEAST)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Documents, and a page of them."""

    documents: Mapping[str, JsonObject]
    where: Mapping[str, Plain]
    conditions: Sequence[Condition]
    sort: Field
    descending: bool
    limit: int


@st.composite
def asked(draw: st.DrawFn) -> Asked:
    """Any page of the contract's jobs, whose parameters have one or two names."""
    names = draw(st.lists(_NAMES, min_size=1, max_size=2, unique=True))
    name = st.sampled_from(names)
    parts = st.lists(name, min_size=1, max_size=2)
    field: st.SearchStrategy[Field] = st.one_of(
        st.sampled_from(["number", "name"]), parts.map(lambda given: ("params", *given))
    )
    keys = st.integers(0, 30).map(lambda number: f"j{number:02}")
    where = st.sampled_from(["trial_id", "number", "name"])
    none: st.SearchStrategy[dict[str, Plain]] = st.sampled_from([{}, {"trial_id": "t0"}])
    return Asked(
        documents=draw(st.dictionaries(keys, _documents(name), min_size=5, max_size=14)),
        where=draw(st.one_of(none, none, st.dictionaries(where, _PLAIN, max_size=1))),
        conditions=draw(st.one_of(st.just([]), st.lists(_conditions(field), max_size=2))),
        sort=draw(field),
        descending=draw(st.booleans()),
        limit=draw(st.integers(1, 4)),
    )


def _documents(name: st.SearchStrategy[str]) -> st.SearchStrategy[JsonObject]:
    plain: st.SearchStrategy[Json] = _PLAIN
    lists = st.lists(plain, max_size=3)
    nested = st.dictionaries(name, st.one_of(plain, plain, lists), max_size=2)
    return st.fixed_dictionaries(
        {
            "trial_id": st.sampled_from(["t0", "t1"]),
            "number": plain,
            "name": plain,
            "tags": lists,
            "params": st.dictionaries(name, st.one_of(plain, plain, lists, nested), max_size=2),
        }
    )


def _conditions(field: st.SearchStrategy[Field]) -> st.SearchStrategy[Condition]:
    others: st.SearchStrategy[Field] = st.sampled_from(["params", "tags", "nothing"])
    fields = st.one_of(field, field, others)
    some = _PLAIN.filter(lambda value: value is not None)
    texts = st.sampled_from(["", "a", "A", "ss", "ß", "1"])
    alike = st.sampled_from([Comparison.EQUAL, Comparison.NOT_EQUAL, Comparison.CONTAINS])
    return st.one_of(
        st.builds(Condition, fields, st.sampled_from(_ORDERED), some),
        st.builds(Condition, fields, st.just(Comparison.HAS_TEXT), texts),
        st.builds(Condition, fields, alike, _PLAIN),
    )


def documents_of(views: ViewStore, asked: Asked) -> list[JsonObject]:
    """What a store shows, page after page."""
    shown: list[JsonObject] = []
    cursor: str | None = None
    while True:
        page = views.page(
            "jobs",
            where=asked.where,
            conditions=asked.conditions,
            sort=asked.sort,
            descending=asked.descending,
            limit=asked.limit,
            cursor=cursor,
        )
        shown += page.documents
        if (cursor := page.next_cursor) is None:
            return shown


def expected(asked: Asked) -> list[JsonObject]:
    """What it is to show."""
    equal = [Condition(name, Comparison.EQUAL, value) for name, value in asked.where.items()]
    conditions = [*asked.conditions, *equal]
    found = [
        (isinstance(value, str), value, key)
        for key, document in asked.documents.items()
        if isinstance(value := _value(document, asked.sort), str | int | float)
        and all(_is_met(document, each) for each in conditions)
    ]
    found.sort(reverse=asked.descending)
    return [asked.documents[key] for _, _, key in found]


def _value(document: JsonObject, field: Field) -> Json:
    value: Json = document
    for part in (field,) if isinstance(field, str) else field:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _is_met(document: JsonObject, condition: Condition) -> bool:
    value, wanted = _value(document, condition.field), condition.value
    match condition.comparison:
        case Comparison.EQUAL:
            return value == wanted
        case Comparison.NOT_EQUAL:
            return value != wanted
        case Comparison.CONTAINS:
            return isinstance(value, list) and wanted in value
        case Comparison.HAS_TEXT:
            return isinstance(value, str) and str(wanted).casefold() in value.casefold()
        case _ if isinstance(value, str) and isinstance(wanted, str):
            order = (value > wanted) - (value < wanted)
        case _ if isinstance(value, int | float) and isinstance(wanted, int | float):
            order = (value > wanted) - (value < wanted)
        case _:
            return False
    return {
        Comparison.LESS: order < 0,
        Comparison.AT_MOST: order <= 0,
        Comparison.MORE: order > 0,
        Comparison.AT_LEAST: order >= 0,
    }[condition.comparison]
