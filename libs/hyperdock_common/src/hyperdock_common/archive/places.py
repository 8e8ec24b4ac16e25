"""Which position a person means who names a time, or how much of a log is to be left."""

from hyperdock_common.archive.archived_log import Store


def last_before(store: Store, moment: float) -> int:
    """The last position that was recorded before a moment, found by halving; 0 where none was."""
    low, high = 0, store.head()
    while low < high:
        middle = (low + high + 1) // 2
        found = store.stored(middle - 1, 1)  # behind a hole: the next one there is
        if found and found[0].recorded_at < moment:
            low = found[0].position
        else:
            high = middle - 1
    return low
