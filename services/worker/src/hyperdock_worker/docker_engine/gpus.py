"""Which of the host's GPUs belong to which slot, and what the engine is told of them."""

from collections.abc import Mapping, Sequence

from hyperdock_common.errors import CannotStart
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports.runner import Order


def parse_gpus(written: str) -> tuple[str, ...]:
    """The devices that an operator names: `4` (the first four), `0,2,GPU-uuid`, or none.

    A single device is named with a comma after it, where it is a number: `3,`.

    Raises:
        ValueError: it is none of that.
    """
    text = written.strip()
    if text.isdecimal():
        return tuple(str(number) for number in range(int(text)))
    named = [each.strip() for each in text.removesuffix(",").split(",")] if text else []
    if not all(named) or any(each.startswith("-") for each in named):
        raise ValueError(f'GPUs are "{written}": give a count (4) or devices (0,2,GPU-uuid)')
    if len(set(named)) < len(named):
        raise ValueError(f'GPUs are "{written}": name each device once')
    return tuple(named)


def gpus_per_slot(gpus: Sequence[str], slots: int) -> Mapping[int, tuple[str, ...]]:
    """The same number of devices for each slot, no device in two of them.

    Raises:
        ValueError: that does not come out even.
    """
    if not gpus:
        return {}
    each, left = divmod(len(gpus), slots)
    if left or not each:
        fitting = [str(number) for number in range(1, len(gpus) + 1) if len(gpus) % number == 0]
        raise ValueError(
            f"{len(gpus)} GPUs cannot be shared out evenly among {slots} slots: "
            f"take {' or '.join(fitting)} slots, or name a multiple of {slots} GPUs"
        )
    return {slot: tuple(gpus[slot * each : (slot + 1) * each]) for slot in range(slots)}


def devices(order: Order, slot_gpus: Mapping[int, tuple[str, ...]]) -> tuple[str, ...]:
    """The job's devices: as many of its slot's as it asks for; none where the engine chooses.

    Raises:
        CannotStart: the slot has fewer.
    """
    count = order.offer.limits.gpus
    if not (count and slot_gpus):
        return ()
    mine = slot_gpus.get(order.slot, ())
    if len(mine) < count:
        problem = f"the trial asks for {count} GPUs, a slot of this worker has {len(mine)}"
        raise CannotStart("cannot_start", problem)
    return mine[:count]


def device_requests(order: Order, chosen: Sequence[str]) -> JsonObject:
    """The container's devices in the engine's words; the runtime numbers them from 0 inside."""
    count = order.offer.limits.gpus
    if not count:
        return {}
    request: JsonObject = {"Driver": "", "Capabilities": [["gpu"]]}
    which: JsonObject = {"DeviceIDs": list(chosen)} if chosen else {"Count": count}
    return {"DeviceRequests": [{**request, **which}]}
