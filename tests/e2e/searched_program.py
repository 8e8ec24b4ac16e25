"""The target of the browser tests: it says and leaves all that a target can.

With a folder as its argument it waits behind every step: step 2 of job 3 ends as soon as there is
a file `3.2` in it, or `3`, or `open`. It gives up when the folder goes away, and after a while.
Plain Python, for an interpreter that starts without anybody's packages.
"""

import json
import math
import os
import struct
import sys
import time
import zlib
from pathlib import Path

STEPS = 4
_PATIENCE = 900.0


def main() -> None:
    """One job."""
    folder = Path(os.environ["HYPERDOCK_DIR"])
    params = json.loads((folder / "params.json").read_text())
    job = os.environ["HYPERDOCK_JOB"].rpartition(".")[2]
    gates = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    lines = int(os.environ.get("LINES_A_STEP", "1"))
    loss = loss_of(params)
    with (folder / "metrics.jsonl").open("a") as metrics:
        for step in range(1, STEPS + 1):
            for line in range(1, lines + 1):
                say(f"job {job}: step {step} of {STEPS}, line {line} of {lines}")
            value = {"step": step, "loss": loss + 1 / step, "accuracy": step / STEPS}
            metrics.write(json.dumps(value) + "\n")
            metrics.flush()
            if gates is not None:
                wait(gates, job, step)
    if params["kind"] == "broken":
        sys.stderr.write("this kind is broken\n")
        sys.exit(3)
    say(f"job {job}: done")
    leave(folder, params, loss)


def loss_of(params: dict[str, object]) -> float:
    """A valley in x and y; one kind has a higher floor."""
    x, y = float(str(params["x"])), float(str(params["y"]))
    floor = 0.05 if params["kind"] == "flat" else 0.0
    return round((x - 0.3) ** 2 + 0.1 * abs(math.log10(y) + 1.5) + floor, 6)


def say(text: str) -> None:
    """A line of the log."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def wait(gates: Path, job: str, step: int) -> None:
    """Until somebody opens the gate behind this step."""
    give_up = time.monotonic() + _PATIENCE
    names = (f"{job}.{step}", job, "open")
    while gates.is_dir() and not any((gates / name).exists() for name in names):
        if time.monotonic() > give_up:
            sys.exit("nobody opened the gate")
        time.sleep(0.05)


def leave(folder: Path, params: dict[str, object], loss: float) -> None:
    """Files to look into, graphs of its own, and the loss."""
    out = folder / "out"
    (out / "report").mkdir(parents=True, exist_ok=True)
    (out / "report" / "result.json").write_text(json.dumps({"params": params, "loss": loss}))
    (out / "notes.txt").write_text("The valley lies at x = 0.3.\n<b>Nothing here is markup.</b>\n")
    (out / "table.csv").write_text("epoch,loss\n1,0.5\n2,0.25\n")
    (out / "picture.png").write_bytes(picture(48, 32))
    curve = {"label": "valley", "x": [0, 1, 2], "y": [1.0, 0.5, loss]}
    graph = {"name": "descent", "x_axis": "epoch", "y_axis": "loss", "series": [curve]}
    (folder / "graphs.json").write_text(json.dumps([graph]))
    (folder / "loss.json").write_text(json.dumps({"loss": loss, "accuracy": 1 - loss}))


def picture(width: int, height: int) -> bytes:
    """A PNG whose colours run from left to right."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    row = b"\0" + b"".join(bytes((255 * x // width, 120, 200)) for x in range(width))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    content = (
        chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(row * height)) + chunk(b"IEND", b"")
    )
    return b"\x89PNG\r\n\x1a\n" + content


if __name__ == "__main__":
    main()
