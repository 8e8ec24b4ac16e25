"""The operations that describe the operations: as an OpenAPI document, and as a page to browse."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from hyperdock_gateway.api.openapi import document_of
from hyperdock_gateway.api.operation import JSON, Answer, Call, Media, Operation
from hyperdock_gateway.api.reference import POLICY, page_of
from hyperdock_gateway.services import Services

_HTML: Final = "text/html; charset=utf-8"
_FRESH: Final = "no-cache"


def with_documentation(operations: Iterable[Operation]) -> tuple[Operation, ...]:
    """The operations, and the two that describe all of them."""
    return _Documentation(operations).operations


class _Documentation:
    """Both descriptions, made when somebody asks for the first time."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        openapi = Operation(
            method="GET",
            path="/openapi.json",
            id="get_openapi",
            summary="Describe every operation and document (OpenAPI 3.1)",
            handler=self._show_document,
            scope=None,
            answers={200: Media(JSON)},
            tags=("meta",),
        )
        docs = Operation(
            method="GET",
            path="/docs",
            id="get_docs",
            summary="The same as a page to browse",
            handler=self._show_page,
            scope=None,
            answers={200: Media(_HTML)},
            tags=("meta",),
        )
        self.operations = (*operations, openapi, docs)
        self._document: bytes | None = None
        self._page: bytes | None = None

    def _show_document(self, call: Call[None, None]) -> Answer:
        if self._document is None:
            self._document = msgspec.json.encode(self._made(call.services))
        return Answer(self._document, headers={"Cache-Control": _FRESH})

    def _show_page(self, call: Call[None, None]) -> Answer:
        if self._page is None:
            self._page = page_of(self._made(call.services))
        headers = {"Cache-Control": _FRESH, "Content-Security-Policy": POLICY}
        return Answer(self._page, headers=headers, media=_HTML)

    def _made(self, services: Services) -> dict[str, Any]:
        login = services.login is not None
        return document_of(self.operations, version=services.version, login=login)
