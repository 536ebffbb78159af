"""Connection to a Neo4j server: settings as its ecosystem names them, and every failure in words.

The names NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE are those of Aura's credentials file, which can
be used as the `.env` file as it is. The password stands in no message, log or `repr`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import neo4j
from neo4j import exceptions

from kg import __version__
from kg.errors import InputError, KgError, StoreError, UsageError

SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
"""Of addresses: `+s` encrypts and checks the certificate, `+ssc` encrypts and takes a self-signed one."""

OLDEST = (5, 7)
"""First server version with uniqueness constraints on relationships, which loading relies on."""

CONNECT_SECONDS = 10.0
"""How long one attempt to reach the server may take."""
RETRY_SECONDS = 30.0
"""How long a transaction is tried again after a fault that may pass."""

_ASSIGNMENT = re.compile(r"\s*(?:export\s+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?P<value>.*?)\s*")
_AGENT = re.compile(r"Neo4j/v?(\d+)\.(\d+)")


@dataclass(frozen=True)
class Connection:
    """Where a server is and who asks. `database` None is the user's home database."""

    uri: str
    username: str
    password: str = field(repr=False)
    database: str | None = None

    def __post_init__(self) -> None:
        parts = _split(self.uri)
        if "@" in parts.netloc:
            raise UsageError("the address holds a user or password; put them into NEO4J_USERNAME and NEO4J_PASSWORD")
        if parts.scheme not in SCHEMES or not parts.hostname:
            raise UsageError(
                f"{self.uri!r} is no address of a Neo4j server; write it like neo4j://localhost:7687 "
                f"or neo4j+s://….databases.neo4j.io (schemes: {', '.join(SCHEMES)})"
            )

    @classmethod
    def from_environment(
        cls,
        environment: Mapping[str, str],
        *,
        dotenv: Path | None = None,
        uri: str | None = None,
        username: str | None = None,
        password: str | None = None,
        database: str | None = None,
    ) -> Connection:
        """Settings from the arguments, else `environment`, else the file `dotenv` if it exists.

        The user is `neo4j` when nothing names one. Raises UsageError when the address or the password is missing
        or the address is malformed, InputError when the file cannot be read.
        """
        from_file = read_dotenv(dotenv) if dotenv is not None and dotenv.is_file() else {}

        def setting(given: str | None, name: str) -> str | None:
            return given or environment.get(name) or from_file.get(name) or None

        address, secret = setting(uri, "NEO4J_URI"), setting(password, "NEO4J_PASSWORD")
        if address is None:
            raise UsageError("no Neo4j server is named; set NEO4J_URI, e.g. NEO4J_URI=neo4j://localhost:7687")
        if secret is None:
            raise UsageError(
                f"no password for {_place(address)}; set NEO4J_PASSWORD in the environment or in a .env file"
            )
        user = setting(username, "NEO4J_USERNAME") or "neo4j"
        return cls(address, user, secret, setting(database, "NEO4J_DATABASE"))

    @property
    def place(self) -> str:
        """The server and database for messages."""
        return _place(self.uri) + (f", database {self.database!r}" if self.database else "")

    @contextmanager
    def session(self, *, write: bool = False, retry_seconds: float = RETRY_SECONDS) -> Iterator[neo4j.Session]:
        """A session with a server that was reached and is new enough; the driver's errors come out as StoreError."""
        with (
            self.in_words(),
            neo4j.GraphDatabase.driver(
                self.uri,
                auth=(self.username, self.password),
                user_agent=f"paper-kg/{__version__}",
                connection_timeout=CONNECT_SECONDS,
                connection_acquisition_timeout=CONNECT_SECONDS + retry_seconds,
                max_transaction_retry_time=retry_seconds,
                notifications_min_severity="OFF",
            ) as driver,
        ):
            check_version(driver.get_server_info().agent, self)
            access = neo4j.WRITE_ACCESS if write else neo4j.READ_ACCESS
            with driver.session(database=self.database, default_access_mode=access) as session:
                yield session

    @contextmanager
    def in_words(self) -> Iterator[None]:
        """Errors of the driver within the block come out as StoreError, in words."""
        try:
            yield
        except (exceptions.Neo4jError, exceptions.DriverError, OSError, ValueError, OverflowError) as error:
            raise explain(error, self) from error


def check_version(agent: str, connection: Connection) -> None:
    """Raise StoreError when a server that calls itself `agent` ("Neo4j/5.26.0") is too old or is no Neo4j."""
    match = _AGENT.match(agent)
    if match is None:
        raise StoreError(f"{connection.place} is {agent!r}, not a Neo4j server")
    if (int(match[1]), int(match[2])) < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        raise StoreError(f"{connection.place} runs {agent}; kg needs Neo4j {wanted} or newer")


def explain(error: Exception, connection: Connection) -> KgError:
    """The error of the driver or server as one for people: what, where, what to do. Other errors of `kg` stay."""
    place, code, reason = connection.place, getattr(error, "code", None) or "", _reason(error)
    for codes, text in _ADVICE_BY_CODE:
        if any(part in code for part in codes):
            return StoreError(text.format(place=place, user=connection.username, reason=reason))
    match error:
        case exceptions.UnsupportedServerProduct() | exceptions.ConfigurationError():
            return StoreError(f"{place} does not speak this driver's protocol ({reason}); is it Neo4j 5.7 or newer?")
        case exceptions.ServiceUnavailable() | exceptions.SessionExpired() | exceptions.IncompleteCommit() | OSError():
            return StoreError(_unreachable(place, reason))
        case exceptions.Neo4jError():
            return StoreError(f"{place}: the server refused: {reason}" + (f" ({code})" if code else ""))
        case _:
            return StoreError(f"{place}: {type(error).__name__}: {reason}")


def _reason(error: BaseException) -> str:
    """The first line of the innermost error of the driver: "Couldn't connect" is caused by what we want to know."""
    if isinstance(error.__cause__, exceptions.DriverError | OSError):
        return _reason(error.__cause__)
    text = getattr(error, "message", None) or str(error) or type(error).__name__
    return next(iter(str(text).splitlines()), "")


def _unreachable(place: str, reason: str) -> str:
    if "closed" not in reason and any(
        word in reason for word in ("handshake", "protocol", "looks like HTTP", "SSL", "TLS")
    ):
        return (
            f"{place} answers, but not as a Neo4j server that this driver knows; is it Neo4j 5.7 or newer, "
            "is this its Bolt port (7687, not 7474), and does it want encryption (neo4j+s://)?"
        )
    return f"{place} cannot be reached, or the connection broke; is the server running? ({reason})"


_ADVICE_BY_CODE: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("Security.Unauthorized",),
        "{place} does not accept the password of user {user!r}; check NEO4J_USERNAME and NEO4J_PASSWORD",
    ),
    (("Security.AuthenticationRateLimit",), "{place} locked user {user!r} after wrong passwords; wait and try again"),
    (
        ("Security.CredentialsExpired",),
        "{place} wants the password of user {user!r} changed first: ALTER CURRENT USER SET PASSWORD in Neo4j Browser",
    ),
    (
        ("Security.Forbidden", "ForbiddenOnReadOnlyDatabase", "DatabaseIsReadOnly", "WriteOnReadOnlyAccessDatabase"),
        "user {user!r} may not do this at {place} ({reason}); "
        "loading needs a user who may write and make constraints, in a database that is not read-only",
    ),
    (
        ("Statement.AccessMode",),
        "{place} ran the statement in read mode, and it would write; only reading is allowed ({reason})",
    ),
    (("Database.DatabaseNotFound",), "{place} does not exist on this server; check NEO4J_DATABASE (SHOW DATABASES)"),
    (("Database.DatabaseUnavailable",), "{place} is not started or not ready; try again soon ({reason})"),
    (
        ("Transaction.TransactionTimedOut", "TransactionTimedOutClientConfiguration"),
        "{place} gave no answer in time; ask for less, or allow more time with --timeout",
    ),
    (
        ("Schema.ConstraintValidationFailed", "Schema.ConstraintCreationFailed"),
        "{place}: a constraint of this database does not allow the graph: {reason}",
    ),
)


def read_dotenv(path: Path) -> dict[str, str]:
    """NAME=value lines of a `.env` file: comments, `export` and quotes as shells know them, nothing is expanded.

    Raises InputError when the file cannot be read. A line of another form is passed over: the file is not ours.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("cannot be read as settings", file=str(path)) from error
    settings = {}
    for line in text.splitlines():
        match = _ASSIGNMENT.fullmatch(line)
        if match is not None and not line.lstrip().startswith("#"):
            settings[match["name"]] = _unquoted(match["value"])
    return settings


def _unquoted(value: str) -> str:
    if value[:1] in ("'", '"'):
        end = value.find(value[0], 1)
        return value[1:end] if end > 0 else value
    return re.sub(r"\s+#.*", "", value)


def _split(uri: str) -> SplitResult:
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError:
        return urlsplit("")
    return parts


def _place(uri: str) -> str:
    """Scheme, host and port; never what stands before an @."""
    parts = _split(uri)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else "the server"
