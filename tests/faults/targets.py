"""The trials of the fault tests: containers of the smallest image, which sleep and say a loss."""

from typing import Any, Final

LOSS: Final = "sed -E 's/.*\"{name}\": ?([-0-9.e]+).*/\\1/' $HYPERDOCK_DIR/params.json"
QUICK: Final = (
    f'x=$({LOSS.replace("{name}", "x")}); echo "x is $x";'
    " sleep {seconds}; echo $x > $HYPERDOCK_DIR/loss.json"
)
AS_LONG_AS: Final = (
    f"s=$({LOSS.replace('{name}', 'seconds')});"
    " echo began; sleep $s; echo ended; echo $s > $HYPERDOCK_DIR/loss.json"
)


def quick(jobs: int, seconds: float = 0.2, *, parallelism: int = 4, **more: Any) -> dict[str, Any]:
    """A trial of many short jobs."""
    return {
        **_container(QUICK.replace("{seconds}", f"{seconds:g}")),
        "space": {"x": {"type": "float", "low": 0, "high": 1}},
        "algorithm": {"name": "random", "seed": 11},
        "budget": {"jobs": jobs},
        "parallelism": parallelism,
    } | more


def lasting(*seconds: float, **more: Any) -> dict[str, Any]:
    """A trial of one job for each of these durations, all at once."""
    return {
        **_container(AS_LONG_AS),
        "space": {"seconds": list(seconds)},
        "algorithm": {"name": "grid"},
        "budget": {"jobs": len(seconds)},
        "parallelism": len(seconds),
    } | more


def _container(script: str) -> dict[str, Any]:
    return {
        "name": "faults",
        "image": "hyperdock/test-shell",
        "command": ["sh", "-c", script],
        "pull": "never",
        "retries": 100,
    }
