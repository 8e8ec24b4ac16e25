"""Clients can read the policy, and the API's document says what it looks like."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from tests.unit.hyperdock_gateway.world import World

from hyperdock_gateway.api import routes_of, with_documentation
from hyperdock_gateway.auth.login import LoginDoor
from hyperdock_gateway.policy import Policy, parse_rules
from hyperdock_gateway.policy.operations import OPERATIONS


def asked(world: World, path: str) -> Any:
    """What a gateway with a policy answers."""
    rules = parse_rules("images: {allow: ['docker.io/**']}\nresources: {max: {memory: 1g}}")
    app = Starlette(
        routes=routes_of(with_documentation(OPERATIONS)),
        middleware=[Middleware(LoginDoor, login=None)],
    )
    app.state.services = replace(world.services, policy=Policy(lambda: rules))

    async def answer() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get(path)

    response = asyncio.run(answer())
    assert response.status_code == 200, response.text
    return response.json()


def test_the_policy_can_be_read(world: World) -> None:
    """Every field is there; null means that nothing is restricted."""
    shown = asked(world, "/policy")
    assert shown["images"]["allow"] == ["docker.io/**"]
    assert shown["resources"]["max"]["memory"] == 1 << 30
    assert shown["secrets"] is None


def test_its_document_is_described(world: World) -> None:
    """So that clients can be generated."""
    described = asked(world, "/openapi.json")
    assert "/policy" in str(described["paths"])
    assert "require_digest" in str(described["components"])
