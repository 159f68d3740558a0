"""The page that describes the control plane: one file of HTML, without scripts."""

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

Schema = Mapping[str, Any]
Document = Mapping[str, Any]

TOKEN = "$MOCK_SERVER_ADMIN_TOKEN"  # noqa: S105 - a variable of the shell
"""What stands for the admin token in command lines."""

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --accent: LinkText }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); text-transform: capitalize }
h3 { margin: 2.5rem 0 .5rem; font-size: 1.05rem }
h4 { margin: 1.25rem 0 .25rem; font-size: .95rem }
p { margin: .5rem 0 }
a { color: var(--accent) }
code, pre { font: .9em/1.45 ui-monospace, monospace }
pre { background: var(--soft); padding: .6rem .8rem; border-radius: .3rem; overflow-x: auto }
.method { display: inline-block; min-width: 4.2em; font-weight: 700; color: var(--accent) }
table { border-collapse: collapse; width: 100%; font-size: .9rem }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0;
  border-top: 1px solid var(--line) }
th { font-weight: 600; border-top: 0 }
.statuses { font-size: .85rem }
nav ul { columns: 2; list-style: none; padding: 0; font-size: .9rem }
"""


def render(document: Document, url: str) -> str:
    """Return the page.

    :param document: the description of the control plane
    :param url: where the control plane is
    """
    title = escape(document["info"]["title"])
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{title} {escape(document['info']['version'])}</h1>",
        f"<p>{escape(document['info']['description'])}</p>",
        *_introduction(document, url),
        *_contents(document),
    ]
    for tag in document["tags"]:
        parts.append(f"<h2>{escape(tag['name'])}</h2><p>{escape(tag['description'])}</p>")
        for path, method, operation in _operations(document, tag["name"]):
            parts += _Operation(document, url, path, method, operation).html()
    return "\n".join([*parts, "</body></html>", ""])


def _introduction(document: Document, url: str) -> Iterator[str]:
    yield (
        "<p>Requests and answers are JSON. The command lines are for a POSIX shell, and build on"
        f' each other. For programs, <a href="{escape(url)}/openapi.json">openapi.json</a> says the'
        " same.</p>"
    )
    if _wants_token(document):
        yield (
            f"<p>This server wants its admin token, which is <code>{TOKEN}</code> in the command"
            " lines.</p>"
        )


def _contents(document: Document) -> Iterator[str]:
    yield "<nav><ul>"
    for tag in document["tags"]:
        for path, method, operation in _operations(document, tag["name"]):
            name = f'<span class="method">{method.upper()}</span> {escape(path)}'
            yield f'<li><a href="#{escape(operation["operationId"])}"><code>{name}</code></a></li>'
    yield "</ul></nav>"


def _operations(document: Document, tag: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Return the operations of a group: of each thing those first that need it to be there."""
    found = [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if tag in operation["tags"]
    ]
    things = list(dict.fromkeys(path.split("/")[1] for path, _, _ in found))

    def place(one: tuple[str, str, dict[str, Any]]) -> tuple[int, bool, int]:
        path, method, _ = one
        deletes = method == "delete"
        return things.index(path.split("/")[1]), deletes, -len(path) if deletes else 0

    return sorted(found, key=place)


def _wants_token(document: Document) -> bool:
    return "securitySchemes" in document["components"]


class _Operation:
    """One operation on the page."""

    def __init__(
        self, document: Document, url: str, path: str, method: str, operation: dict[str, Any]
    ) -> None:
        self._document = document
        self._url = url
        self._path, self._method, self._operation = path, method.upper(), operation
        self._bodies = list(self._alternatives(_body_schema(operation)))

    def html(self) -> Iterator[str]:
        """Yield the lines that describe it."""
        operation = self._operation
        yield f'<section id="{escape(operation["operationId"])}">'
        yield (
            f'<h3><code><span class="method">{self._method}</span> {escape(self._path)}</code></h3>'
        )
        yield from _paragraphs(operation["summary"])
        yield from _paragraphs(operation.get("description", ""))
        yield from self._parameters()
        if len(self._bodies) > 1:
            yield from self._kinds_of_body()
        else:
            for schema in self._bodies:
                yield from _table("Body", _rows(schema), schema.get("description", ""))
            yield self._command_line(_example(self._bodies[0]) if self._bodies else None)
        yield from self._statuses()
        yield "</section>"

    def _parameters(self) -> Iterator[str]:
        parameters = self._operation.get("parameters", ())
        if parameters:
            rows = [
                (one["name"], one["schema"], one["required"], one.get("description", ""))
                for one in parameters
            ]
            yield from _table("Parameters", rows)

    def _kinds_of_body(self) -> Iterator[str]:
        """Yield what all kinds of bodies may have, then what each of them has besides."""
        first, *others = (schema["properties"] for schema in self._bodies)
        common = {
            name: part
            for name, part in first.items()
            if all(other.get(name) == part for other in others)
        }
        yield from _table("Body of any kind", _rows({"properties": common}))
        for schema in self._bodies:
            own = {n: part for n, part in schema["properties"].items() if n not in common}
            name = f"Body of kind {own.get('kind', {}).get('const', '')}"
            yield from _table(name, _rows({**schema, "properties": own}), schema["description"])
            yield self._command_line(_example(schema))

    def _alternatives(self, schema: Schema | None) -> Iterator[Schema]:
        """Yield what a body can be, looked up."""
        if schema is None or schema.get("type") == "null":
            return
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            yield from self._alternatives(self._document["components"]["schemas"][name])
        elif "oneOf" in schema or "anyOf" in schema:
            for one in schema.get("oneOf") or schema["anyOf"]:
                yield from self._alternatives(one)
        else:
            yield schema

    def _command_line(self, body: Any) -> str:
        words = ["curl"]
        if self._method != "GET":
            words += ["-X", self._method]
        words.append(shlex.quote(self._url + self._target()))
        if self._operation.get("security"):
            words += ["-H", f'"Authorization: Bearer {TOKEN}"']
        if body is not None:
            words += ["-H", "'Content-Type: application/json'"]
            words += ["-d", shlex.quote(json.dumps(body, ensure_ascii=False))]
        return f"<pre><code>{escape(' '.join(words))}</code></pre>"

    def _target(self) -> str:
        """Return the path with an example for what is left open in it."""
        target = self._path
        for one in self._operation.get("parameters", ()):
            if one["in"] == "path":
                example = one["schema"]["examples"][0]
                target = target.replace(f"{{{one['name']}}}", quote(example, safe="@"))
        return target

    def _statuses(self) -> Iterator[str]:
        responses = self._document["components"]["responses"]
        yield '<details class="statuses"><summary>Statuses</summary><table>'
        for status, response in self._operation["responses"].items():
            text = response.get("description") or responses[status]["description"]
            yield f"<tr><td>{escape(status)}</td><td>{escape(text)}</td></tr>"
        yield "</table></details>"


def _body_schema(operation: Mapping[str, Any]) -> Schema | None:
    content = operation.get("requestBody", {}).get("content", {})
    schema: Schema | None = content.get("application/json", {}).get("schema")
    return schema


def _example(schema: Schema) -> Any:
    return next(iter(schema.get("examples", ())), None)


Row = tuple[str, Schema, bool, str]


def _rows(schema: Schema) -> list[Row]:
    """Return the properties of an object, those first that are required."""
    required = schema.get("required", ())
    rows = [
        (name, part, name in required, _about(part))
        for name, part in schema.get("properties", {}).items()
    ]
    return sorted(rows, key=lambda row: not row[2])


def _about(schema: Schema) -> str:
    """Return the description of a schema, or of one that it may be."""
    candidates = [schema, *schema.get("anyOf", ())]
    return next((one["description"] for one in candidates if "description" in one), "")


def _table(name: str, rows: Sequence[Row], about: str = "") -> Iterator[str]:
    yield f"<h4>{escape(name)}</h4>"
    yield from _paragraphs(about)
    if not rows:
        return
    yield "<table><tr><th>Name</th><th>Type</th><th>Default</th><th>Description</th></tr>"
    for called, schema, required, description in rows:
        default = "required" if required else _default(schema)
        yield (
            f"<tr><td><code>{escape(called)}</code></td><td>{escape(_type(schema))}</td>"
            f"<td>{escape(default)}</td><td>{escape(description)}</td></tr>"
        )
    yield "</table>"


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in filter(None, text.split("\n\n")):
        yield f"<p>{escape(paragraph)}</p>"


def _default(schema: Schema) -> str:
    return json.dumps(schema["default"], ensure_ascii=False) if "default" in schema else ""


def _type(schema: Schema) -> str:
    """Return in words what a schema takes."""
    if "const" in schema or "enum" in schema:
        return " or ".join(json.dumps(one) for one in schema.get("enum", [schema.get("const")]))
    if "anyOf" in schema:
        kinds = [_type(one) for one in schema["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "$ref" in schema:
        return "object"
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    return _WORDS.get(schema.get("type", ""), "any JSON") + _limits(schema)


_WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "object",
}


def _limits(schema: Schema) -> str:
    limits = [
        f"{word} {_number(schema[name])}"
        for name, word in (
            ("minimum", "from"),
            ("exclusiveMinimum", "more than"),
            ("maximum", "to"),
            ("exclusiveMaximum", "less than"),
        )
        if name in schema and not (name == "minimum" and "exclusiveMinimum" in schema)
    ]
    return f" {' '.join(limits)}" if limits else ""


def _number(limit: float) -> str:
    return f"{int(limit):,}" if limit == int(limit) else str(limit)
