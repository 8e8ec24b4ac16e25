"""The page at /docs: the OpenAPI document for people, as plain HTML and nothing from elsewhere."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any, Final, TypeAlias

from hyperdock_gateway.api.schema_words import linked, words_of

Schema: TypeAlias = Mapping[str, Any]

_STYLE: Final = files("hyperdock_gateway.api").joinpath("reference.css").read_text("utf-8")
_DIGEST: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""The Content-Security-Policy that the page works under."""


def page_of(document: Schema) -> bytes:
    """The page of a document that `document_of` made."""
    info = document["info"]
    title = f"{escape(info['title'])} API {escape(info['version'])}"
    body = (
        f"<header><h1>{title}</h1>{_paragraphs(info['description'])}"
        f'<p class="note">As a document for programs: <a href="openapi.json">openapi.json</a></p>'
        f"</header>{_contents(document)}<main>{_sections(document)}{_schemas(document)}</main>"
    )
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body>{body}</body></html>"
    )
    return page.encode()


def _operations(document: Schema, tag: str) -> Iterable[tuple[str, str, Schema]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if tag in operation["tags"]:
                yield method.upper(), path, operation


def _contents(document: Schema) -> str:
    parts = []
    for tag in (each["name"] for each in document["tags"]):
        entries = "".join(
            f'<li><a href="#{escape(each["operationId"])}"><span class="{method}">{method}</span> '
            f"{escape(path)}</a></li>"
            for method, path, each in _operations(document, tag)
        )
        parts.append(f"<h2>{escape(tag)}</h2><ul>{entries}</ul>")
    names = "".join(
        f'<li><a href="#schema-{escape(name)}">{escape(name)}</a></li>'
        for name in sorted(document["components"]["schemas"])
    )
    return f"<nav>{''.join(parts)}<h2>documents</h2><ul>{names}</ul></nav>"


def _sections(document: Schema) -> str:
    return "".join(
        f"<h2>{escape(tag)}</h2>"
        + "".join(
            _article(document, method, path, each)
            for method, path, each in _operations(document, tag)
        )
        for tag in (each["name"] for each in document["tags"])
    )


def _article(document: Schema, method: str, path: str, operation: Schema) -> str:
    scope = operation["x-scope"]
    right = f"Needs the scope <code>{escape(scope)}</code>." if scope else "Open to everybody."
    return (
        f'<article id="{escape(operation["operationId"])}">'
        f'<h3><span class="{method}">{method}</span> {escape(path)}</h3>'
        f"<p>{escape(operation['summary'])}.</p>{_paragraphs(operation.get('description', ''))}"
        f'<p class="note">{right}</p>{_parameters(operation)}{_body(operation)}'
        f"{_answers(document, operation)}{_curl(document, method, path, operation)}</article>"
    )


def _parameters(operation: Schema) -> str:
    rows = [
        (
            _name(each["name"], each["in"] + (", required" if each["required"] else "")),
            words_of(each["schema"]),
            linked(each.get("description", "")),
        )
        for each in operation["parameters"]
    ]
    return _table("Parameters", rows)


def _body(operation: Schema) -> str:
    if "requestBody" not in operation:
        return ""
    body = operation["requestBody"]
    rows = [(escape(media), words_of(each["schema"])) for media, each in body["content"].items()]
    return _table("Body" if body["required"] else "Body, optional", rows)


def _answers(document: Schema, operation: Schema) -> str:
    rows = []
    for status, each in sorted(operation["responses"].items()):
        answer = _resolved(document, each)
        content = answer.get("content", {})
        shapes = "<br>".join(
            f"{words_of(shape['schema'])} <small>{escape(media)}</small>"
            for media, shape in content.items()
        )
        headers = "".join(
            f"<br><code>{escape(name)}</code> <small>{linked(header['description'])}</small>"
            for name, header in answer.get("headers", {}).items()
        )
        rows.append((f"<code>{status}</code>", shapes, linked(answer["description"]) + headers))
    return _table("Answers", rows)


def _resolved(document: Schema, answer: Schema) -> Schema:
    if "$ref" not in answer:
        return answer
    found: Schema = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return found


def _curl(document: Schema, method: str, path: str, operation: Schema) -> str:
    words = ["curl"] + ([f"-X {method}"] if method != "GET" else [])
    if "security" in operation and operation["x-scope"]:
        words.append("-H 'Authorization: Bearer '$HYPERDOCK_TOKEN")
    content = operation.get("requestBody", {}).get("content", {})
    if "application/yaml" in content:
        words.append("-H 'Content-Type: application/yaml' --data-binary @trial.yaml")
    elif content:
        words.append("-H 'Content-Type: application/json' -d @body.json")
    address = f"http://127.0.0.1:8421{document['servers'][0]['url']}{path}"
    words.append(json.dumps(address) if "{" in path else address)
    return f"<h4>Example</h4><pre>{escape(' '.join(words), quote=False)}</pre>"


def _schemas(document: Schema) -> str:
    parts = (
        f'<article id="schema-{escape(name)}"><h3>{escape(name)}</h3>'
        f"{_paragraphs(each.get('description', ''))}{_fields(each)}</article>"
        for name, each in sorted(document["components"]["schemas"].items())
    )
    return f"<h2>documents</h2>{''.join(parts)}"


def _fields(schema: Schema) -> str:
    if "properties" not in schema:
        return f"<p>{words_of(schema)}</p>"
    required = schema.get("required", ())
    rows = [
        (
            _name(name, "" if name in required else "optional"),
            words_of(each),
            linked(each.get("description", "")),
        )
        for name, each in schema["properties"].items()
    ]
    return _table("", rows)


def _name(name: str, more: str) -> str:
    return f"<code>{escape(name)}</code><br><small>{escape(more)}</small>"


def _table(title: str, rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    lines = "".join(f"<tr>{''.join(f'<td>{each}</td>' for each in row)}</tr>" for row in rows)
    heading = f"<h4>{title}</h4>" if title else ""
    return f'{heading}<div class="table"><table>{lines}</table></div>'


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{linked(each)}</p>" for each in text.split("\n\n") if each.strip())
