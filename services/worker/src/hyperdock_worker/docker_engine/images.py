"""From an image's name to what is on this host, pulled where the trial says so.

A trial's image is looked up once: all its jobs on this worker run the same image, even when the
name moves on to another while the trial runs, and no job waits for the look-up.
"""

import threading
from collections import OrderedDict
from typing import TypeAlias

from hyperdock_common.errors import CannotStart
from hyperdock_common.offer import JobOffer
from hyperdock_worker.docker_engine.client import Engine
from hyperdock_worker.docker_engine.state import Image, Refused

REMEMBERED = 256
DEFAULT_TAG = "latest"

_Key: TypeAlias = tuple[str, str, str]


class Images:
    """The images of the trials that run here."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._found: OrderedDict[_Key, Image] = OrderedDict()
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, offer: JobOffer) -> Image:
        """The image to run.

        Raises:
            CannotStart: it is not here and cannot be pulled, or must not be.
            RunnerUnavailable: the engine does not answer.
        """
        if not offer.image:
            raise CannotStart("cannot_start", "the trial names no image to run")
        with self._lock:
            found = self._found.get(_key(offer))
            lock = self._locks.setdefault(offer.image, threading.Lock())
        return found or self._looked_up(offer, offer.image, lock)

    def forget(self, offer: JobOffer) -> None:
        """Looks the image up anew next time: it was removed meanwhile."""
        with self._lock:
            self._found.pop(_key(offer), None)

    def _looked_up(self, offer: JobOffer, name: str, lock: threading.Lock) -> Image:
        with lock:  # one pull of an image at a time
            with self._lock:
                found = self._found.get(_key(offer))
            if found is None:
                found = self._obtained(name, offer.pull)
                with self._lock:
                    self._found[_key(offer)] = found
                    while len(self._found) > REMEMBERED:
                        self._found.popitem(last=False)
            return found

    def _obtained(self, name: str, policy: str) -> Image:
        try:
            found = None if policy == "always" else self._engine.image(name)
            if found is None and policy != "never":
                self._engine.pull(*split_name(name))
                found = self._engine.image(name)
        except Refused as refusal:
            raise CannotStart(
                "image_unavailable",
                f'the image "{name}" cannot be pulled ({refusal.message.strip()}): check its name, '
                "build it on this host, or log in to its registry with `docker login`",
            ) from refusal
        if found is None:
            raise CannotStart(
                "image_unavailable",
                f'the image "{name}" is not on this host and pull is "{policy}": '
                "build or pull it here, or let the trial pull it",
            )
        return found


def split_name(name: str) -> tuple[str, str]:
    """Repository and tag (or digest); without a tag the engine would pull every one of them."""
    repository, at, digest = name.partition("@")
    if at:
        return repository, digest
    head, colon, tag = name.rpartition(":")
    if colon and "/" not in tag:
        return head, tag
    return name, DEFAULT_TAG


def _key(offer: JobOffer) -> _Key:
    return (offer.trial_id, offer.image or "", offer.pull)
