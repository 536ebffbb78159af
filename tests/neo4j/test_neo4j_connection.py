"""Where the settings of a connection come from; no server is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import InputError, UsageError
from kg.write.neo4j_connection import Connection, read_dotenv

AURA = """# Wait 60 seconds before connecting using these details
NEO4J_URI=neo4j+s://1a2b3c4d.databases.neo4j.io
NEO4J_USERNAME=neo4j
NEO4J_PASSWORD=p#ss=w"o'rd
export NEO4J_DATABASE = 'papers'  # which one
AURA_INSTANCEID="1a2b3c4d"
this is no assignment
"""


def test_the_credentials_file_of_aura_is_a_settings_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(AURA, encoding="utf-8")
    found = Connection.from_environment({}, dotenv=dotenv)
    expected = Connection("neo4j+s://1a2b3c4d.databases.neo4j.io", "neo4j", "p#ss=w\"o'rd", "papers")
    assert found == expected
    assert read_dotenv(dotenv)["AURA_INSTANCEID"] == "1a2b3c4d"


def test_options_win_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(AURA, encoding="utf-8")
    environment = {"NEO4J_URI": "bolt://here:7687", "NEO4J_DATABASE": "", "OTHER": "x"}
    found = Connection.from_environment(environment, dotenv=dotenv, username="ann", database="mine")
    assert found == Connection("bolt://here:7687", "ann", "p#ss=w\"o'rd", "mine")


def test_user_and_database_have_defaults_and_a_missing_file_is_none(tmp_path: Path) -> None:
    environment = {"NEO4J_URI": "bolt://here", "NEO4J_PASSWORD": "x"}
    found = Connection.from_environment(environment, dotenv=tmp_path / ".env")
    assert (found.username, found.database) == ("neo4j", None)


def test_what_is_missing_is_named() -> None:
    with pytest.raises(UsageError, match="NEO4J_URI=neo4j://localhost:7687"):
        Connection.from_environment({"NEO4J_PASSWORD": "x"})
    with pytest.raises(UsageError, match=r"no password for bolt://here:7687; set NEO4J_PASSWORD"):
        Connection.from_environment({"NEO4J_URI": "bolt://here:7687"})


@pytest.mark.parametrize(
    "uri", ["localhost:7687", "http://localhost:7474", "neo4j://", "bolt://host:port", "bolt://[::1", "neo4j"]
)
def test_an_address_of_another_kind_is_refused(uri: str) -> None:
    with pytest.raises(UsageError, match="is no address of a Neo4j server"):
        Connection(uri, "neo4j", "x")


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    for password in ("x", None):
        with pytest.raises(UsageError) as error:
            Connection.from_environment({"NEO4J_URI": "bolt://ann:hush@host:7687"}, password=password)
        assert "hush" not in str(error.value)


def test_the_password_is_not_shown() -> None:
    connection = Connection("bolt://host:7687", "ann", "hush")
    assert "hush" not in f"{connection!r} {connection} {connection.place}"


def test_a_settings_file_that_is_no_text(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="cannot be read as settings"):
        Connection.from_environment({}, dotenv=dotenv)
