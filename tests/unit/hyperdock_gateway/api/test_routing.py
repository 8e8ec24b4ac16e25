"""From requests to handlers and back: scopes, ids, keys, tags and positions."""

import threading
from typing import Any

import pytest
from starlette.responses import StreamingResponse
from tests.unit.hyperdock_gateway.api.kit import POSITION, Kit, Told, fields, operation

from hyperdock_gateway.api import Answer, Call, Operation, nothing, routes_of
from hyperdock_gateway.auth.principal import NOBODY, Principal, implied

BY_ID = "/trials/{trial_id}"


def answering(answer: Any, **more: Any) -> Kit:
    """A kit whose operation answers this."""
    return Kit(operation(handler=lambda _call: answer, **more))


@pytest.mark.parametrize("scope", ["read", "submit", "admin"])
@pytest.mark.parametrize("held", ["read", "submit", "admin"])
def test_scopes_imply_the_smaller_ones(scope: str, held: str) -> None:
    """Who may do more may do less; who may not gets a 403 that names the scope."""
    kit = Kit(operation(scope=scope), principal=Principal("ada", implied([held])))
    answer = kit.get()
    if scope in implied([held]):
        assert kit.told(answer)["actor"] == "ada"
    else:
        assert fields(answer, 403) == []
        assert f"`{scope}`" in answer.json()["detail"]


def test_scope_is_asked_before_anything_else_is_told() -> None:
    """Who may not do it learns nothing about ids, parameters and bodies."""
    kit = Kit(operation(BY_ID, scope="admin"), principal=Principal("ada", implied(["submit"])))
    assert kit.get("/trials/..%20?wrong=1").status_code == 403


@pytest.mark.parametrize("principal", [None, NOBODY])
def test_open_operations_need_nobody(principal: Principal | None) -> None:
    """What is open is served to whoever asks, and what is not, to nobody in particular."""
    assert Kit(operation(scope=None), principal=principal).get().status_code == 200
    assert Kit(operation(), principal=principal).get().status_code == 403


def test_nobody_is_the_actor_where_there_is_no_login() -> None:
    """Without a login nothing is recorded under a name."""
    kit = Kit(operation())
    assert kit.told(kit.get())["actor"] is None


@pytest.mark.parametrize("trial_id", ["..", "a%20b", "%00", "a.b", "x" * 101, "%E2%98%83"])
def test_what_cannot_be_an_id_is_not_there(trial_id: str) -> None:
    """An id that no trial can have is a 404, without a look into any view."""
    answer = Kit(operation(BY_ID)).get(f"/trials/{trial_id}")
    assert fields(answer, 404) == []


def test_ids_reach_the_handler() -> None:
    """The handler gets the ids of the path, each by its name."""
    kit = Kit(operation("/jobs/{job_id}/files/{path:path}"))
    told = kit.told(kit.get("/jobs/a-1.2/files/out/b%20c"))
    assert told["path"] == {"job_id": "a-1.2", "path": "out/b c"}


def test_handlers_run_in_threads_unless_they_are_async() -> None:
    """A handler that blocks does so in a thread; one that does not runs in the event loop."""

    def blocks(_call: Call[None, None]) -> Answer:
        return Answer({"told": threading.get_ident()})

    async def waits(_call: Call[None, None]) -> Answer:
        return Answer({"told": threading.get_ident()})

    kit = Kit(operation(handler=blocks), operation("/other", id="other", handler=waits))
    here = threading.get_ident()
    assert kit.get().json()["told"] != here
    assert kit.get("/other").json()["told"] == here


def test_position_is_that_of_the_view_before_the_handler() -> None:
    """A read names the position of its view, to the handler and to the client."""
    kit = Kit(operation(reads="trials"))
    answer = kit.get()
    assert kit.told(answer)["position"] == POSITION
    assert answer.headers["hyperdock-position"] == str(POSITION)


def test_a_stream_names_the_position_too() -> None:
    """A response of Starlette's is passed on, with the position."""
    answer = answering(StreamingResponse(iter(["a", "b"])), reads="trials").get()
    assert answer.text == "ab"
    assert answer.headers["hyperdock-position"] == str(POSITION)
    assert "etag" not in answer.headers


def test_what_reads_no_view_names_no_position_but_its_own() -> None:
    """A handler may know the position itself."""
    assert "hyperdock-position" not in answering(Answer({"told": 1})).get().headers
    answer = answering(Answer({"told": 1}, position=3)).get()
    assert answer.headers["hyperdock-position"] == "3"


def test_a_document_that_is_known_is_not_sent_again() -> None:
    """The tag of a document stands for its bytes: asking again with it is a 304 without them."""
    kit = answering(Answer({"told": 1}), reads="trials")
    tag = kit.get().headers["etag"]
    for named in (tag, f'"x", {tag}', f"W/{tag}", "*"):
        again = kit.get(headers={"if-none-match": named})
        assert (again.status_code, again.content) == (304, b"")
        assert (again.headers["etag"], again.headers["hyperdock-position"]) == (tag, "7")
    assert kit.get(headers={"if-none-match": '"x"'}).status_code == 200
    assert answering(Answer({"told": 2})).get().headers["etag"] != tag


def test_what_changes_something_has_no_tag() -> None:
    """Only reads can be answered with nothing new."""
    kit = answering(Answer({"told": 1}), method="POST")
    answer = kit.call("POST", "/thing", headers={"if-none-match": "*"})
    assert answer.status_code == 200
    assert "etag" not in answer.headers


def test_head_answers_like_get_without_the_document() -> None:
    """HEAD tells what GET would, and is no other operation."""
    kit = answering(Answer({"told": 1}), reads="trials")
    answer = kit.call("HEAD", "/thing")
    assert answer.status_code == 200
    assert answer.headers["etag"] == kit.get().headers["etag"]


@pytest.mark.parametrize("key", ["a", "~" * 200, '5f2c-!"#'])
def test_idempotency_keys_reach_the_handler(key: str) -> None:
    """A key is handed to the handler as it is."""
    kit = Kit(operation(method="POST", idempotent=True))
    answer = kit.call("POST", "/thing", headers={"idempotency-key": key})
    assert kit.told(answer)["key"] == key
    assert kit.told(kit.call("POST", "/thing"))["key"] is None


@pytest.mark.parametrize("keys", [[""], ["a b"], ["\xfc"], ["~" * 201], ["a", "a"]])
def test_what_is_no_idempotency_key_is_refused(keys: list[str]) -> None:
    """A key that is none, or two of them, is a 400 that names the header."""
    kit = Kit(operation(method="POST", idempotent=True))
    headers = [(b"idempotency-key", key.encode("latin-1")) for key in keys]
    assert fields(kit.call("POST", "/thing", headers=headers), 400) == ["Idempotency-Key"]


def test_refusals_of_handlers_are_problem_documents() -> None:
    """What a handler raises becomes its answer."""

    def refuse(call: Call[None, None]) -> Answer:
        raise nothing("trial_id", call.path["trial_id"])

    answer = Kit(operation(BY_ID, handler=refuse)).get("/trials/abc")
    assert fields(answer, 404) == []
    assert answer.json()["detail"] == "there is no trial abc"


def test_an_empty_answer_has_neither_body_nor_type() -> None:
    """A 204 is nothing but its headers."""
    answer = answering(Answer(status=204), method="POST").call("POST", "/thing")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-type" not in answer.headers


def test_models_are_answered_as_their_json() -> None:
    """A handler may answer with a model instead of JSON values."""
    answer = answering(Answer(Told(told=[1]))).get()
    assert answer.json() == {"told": [1]}
    assert answer.headers["content-type"] == "application/json"


def test_another_method_is_refused_with_those_that_there_are() -> None:
    """A 405 names every method of the path, whatever operation it belongs to."""
    kit = Kit(operation(), operation(id="change", method="PATCH"))
    answer = kit.call("DELETE", "/thing")
    assert fields(answer, 405) == []
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "PATCH"}


def test_fixed_paths_come_before_those_with_ids() -> None:
    """A fixed path is found whatever the order of the declarations; what is not its own goes on."""
    by_id = operation(BY_ID, id="by_id")
    fixed = operation("/trials/validate", id="fixed", method="POST")
    kit = Kit(by_id, operation(BY_ID, id="change", method="POST"), fixed)
    assert kit.told(kit.call("POST", "/trials/validate"))["path"] == {}
    assert kit.told(kit.get("/trials/validate"))["path"] == {"trial_id": "validate"}


@pytest.mark.parametrize(
    "second", [operation("/other"), operation(id="other")], ids=["same id", "same place"]
)
def test_operations_cannot_stand_in_each_others_place(second: Operation) -> None:
    """Two operations of one name, or of one method and path, are a mistake of ours."""
    with pytest.raises(ValueError, match="there are two operations"):
        routes_of([operation(), second])
