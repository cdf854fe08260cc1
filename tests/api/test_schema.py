"""The OpenAPI as committed is that of the code, and says of each operation what it does and may answer."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command

COMMITTED = Path("docs/openapi.yaml")
PUBLIC = {"quotes", "eligibility", "facilities", "availability"}


@pytest.fixture(scope="module")
def schema(tmp_path_factory: Any) -> Any:
    written = tmp_path_factory.mktemp("schema") / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(written))
    return yaml.safe_load(written.read_text())


def operations(schema: Any) -> list[tuple[str, str, Any]]:
    return [(path, way, said) for path, ways in schema["paths"].items() for way, said in ways.items()]


def test_the_committed_description_is_that_of_the_code(schema: Any) -> None:
    assert schema == yaml.safe_load(COMMITTED.read_text()), "The API has changed: make schema, and commit the file"


def test_every_operation_has_a_known_tag_a_summary_and_its_errors(schema: Any) -> None:
    tags = {tag["name"] for tag in schema["tags"]}
    for path, way, said in operations(schema):
        assert said["tags"], path
        assert set(said["tags"]) <= tags, path
        assert said["summary"], path
        answers = set(said["responses"])
        if set(said["tags"]) & PUBLIC:
            assert "429" in answers, path
        else:
            assert {"401", "403", "404"} <= answers, path
            assert way == "get" or {"400", "409", "413", "415", "422"} <= answers, path
        for status, answer in said["responses"].items():
            if status >= "4":
                content = answer["content"]["application/json"]["schema"]
                assert content == {"$ref": "#/components/schemas/ErrorAnswer"}, (path, status)


def test_every_paged_list_names_its_filters_and_its_order(schema: Any) -> None:
    for name in ("registrations", "bookings", "stays", "charges", "referrals"):
        listed = schema["paths"][f"/api/v1/{name}/"]["get"]
        asked = {row["name"] for row in listed["parameters"]}
        assert {"ordering", "page", "page_size"} < asked
        assert "400" in listed["responses"]
        one = schema["paths"][f"/api/v1/{name}/{{id}}/"]["get"]
        assert [row["name"] for row in one["parameters"]] == ["id"]
