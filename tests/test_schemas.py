"""REST and MCP against their own schemas: whatever these allow, or nearly, is answered as they describe."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from libraries import library_over
from mcp import Client, types
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from qa.interfaces.mcp import make_server
from qa.interfaces.rest.app import make_api
from qa.interfaces.rest.documents import add_document_routes
from qa.interfaces.rest.pages import add_page_route
from qa.library.library import Library

EXAMPLES = int(os.environ.get("SEEDS_EXAMPLES", "25"))
"""Requests for each operation and each tool."""

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
TRIED = settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """One that many examples share: nothing that they send changes its documents."""
    place = tmp_path_factory.mktemp("described")
    (place / "seeds").mkdir()
    (place / "seeds" / "rail.txt").write_text("Trains stopped in August.\n\nA bridge fell.\n", encoding="utf-8")
    return library_over(place / "seeds", place / "index")


def test_rest_answers_what_its_schema_allows_as_its_schema_says(library: Library) -> None:
    api = make_api(library)
    add_page_route(api, library)
    add_document_routes(api, library, uploads=None)
    known = [document.id for document in library.answerer.retriever.index.corpus.documents]
    tried: Counter[int] = Counter()
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", api)
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) >= 10
    for operation in operations:
        modes = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
        cases = st.one_of([operation.as_strategy(generation_mode=mode) for mode in modes])

        @TRIED
        @given(case=cases, real=st.booleans())
        def ask(case: schemathesis.Case, real: bool) -> None:
            if real and "document_id" in (case.path_parameters or {}):
                case.path_parameters["document_id"] = known[0]
            response = case.call_and_validate(checks=CHECKS)
            tried[response.status_code] += 1

        ask()
    assert tried[200]
    assert sum(tried.values()) >= EXAMPLES
    sys.stdout.write(f"{sum(tried.values()):,} requests: {dict(tried)}\n")


def allowed(schema: Mapping[str, Any], whole: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Values that a schema of a tool's arguments allows, as far as the schemas here go."""
    if "$ref" in schema:
        return allowed(whole["$defs"][schema["$ref"].rpartition("/")[2]], whole)
    if "anyOf" in schema:
        return st.one_of([allowed(one, whole) for one in schema["anyOf"]])
    kind = schema["type"]
    if kind == "object":
        required = schema.get("required", [])
        fields = {name: allowed(one, whole) for name, one in schema["properties"].items()}
        return st.fixed_dictionaries(
            {name: one for name, one in fields.items() if name in required},
            optional={name: one for name, one in fields.items() if name not in required},
        )
    if kind == "array":
        return st.lists(allowed(schema["items"], whole), max_size=min(3, schema.get("maxItems", 3)))
    if kind == "integer":
        least = schema.get("minimum", schema.get("exclusiveMinimum"))
        return st.integers(least, schema.get("maximum"))
    return {"string": st.text() | st.sampled_from(["trains", "2021", "rail.txt"]), "null": st.none()}[kind]


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def spoilt(arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Arguments of which one is something else."""
    return st.tuples(arguments, st.data(), _ANYTHING).map(
        lambda drawn: {**drawn[0], drawn[1].draw(st.sampled_from([*drawn[0], "other"])): drawn[2]}
    )


def test_mcp_answers_what_its_tools_take_as_their_schemas_say(library: Library) -> None:
    known = [document.id for document in library.answerer.retriever.index.corpus.documents]
    tried: Counter[tuple[str, bool]] = Counter()

    async def examples(client: Client, tool: types.Tool) -> None:
        for arguments in _drawn(tool, known):
            result = await client.call_tool(tool.name, arguments)  # the client checks it against the tool's schema
            (block,) = result.content
            assert isinstance(block, types.TextContent)
            assert result.is_error == (result.structured_content is None)
            assert "omething went wrong" not in block.text, arguments
            tried[tool.name, result.is_error] += 1

    async def call() -> None:
        async with Client(make_server(library)) as client:
            for tool in (await client.list_tools()).tools:
                await examples(client, tool)

    asyncio.run(call())
    assert all(tried[name, False] for name in ("ask", "search", "get_source"))
    sys.stdout.write(f"{sum(tried.values()):,} calls: {dict(tried)}\n")


def _drawn(tool: types.Tool, known: list[str]) -> Iterator[dict[str, Any]]:
    """Examples for a tool, gathered before they are sent: the client runs in a loop of its own."""
    arguments = allowed(tool.input_schema, tool.input_schema)
    drawn: list[dict[str, Any]] = []

    @TRIED
    @given(arguments | spoilt(arguments), st.booleans())
    def draw(one: dict[str, Any], real: bool) -> None:
        drawn.append({**one, "document_id": known[0]} if real and "document_id" in one else one)

    draw()
    return iter(drawn)
