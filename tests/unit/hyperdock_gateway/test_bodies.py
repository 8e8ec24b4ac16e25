"""How much of a body is read."""

from collections.abc import AsyncIterator

from tests.unit.hyperdock_gateway.world import Api

from hyperdock_gateway.bodies import LARGEST_BODY

JSON = {"content-type": "application/json"}


def test_a_body_that_announces_too_much_is_refused(api: Api) -> None:
    """A body above the limit is a 413 by its length alone."""
    answer = api.post("/trials", content=b" " * (LARGEST_BODY + 1), headers=JSON)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_without_a_length_is_refused_when_it_grows_too_large(api: Api) -> None:
    """A body that does not say its length is counted as it comes, and no further."""
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 10 * LARGEST_BODY:
            sent += 2**20
            yield b" " * 2**20

    assert api.post("/trials", content=chunks(), headers=JSON).status_code == 413
    assert sent < 2 * LARGEST_BODY


def test_a_body_of_the_largest_size_is_read(api: Api) -> None:
    """The limit itself is still allowed: what is refused here is its content."""
    answer = api.post("/trials", content=b" " * LARGEST_BODY, headers=JSON)
    assert answer.status_code == 422
