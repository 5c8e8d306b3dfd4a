"""Reads the environment once, and names what is wrong with it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit


class InvalidEnvironment(SystemExit):
    """An environment variable has a value that cannot be used."""

    def __init__(self, name: str, value: str, expected: str) -> None:
        super().__init__(f"{name} is {value!r}; expected {expected}.")


TRUE, FALSE = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


def flag(name: str, *, default: bool = False) -> bool:
    raw = os.environ.get(name)
    if raw is None:
        return default
    if raw.lower() not in TRUE + FALSE:
        raise InvalidEnvironment(name, raw, "one of 1, true, yes, on, 0, false, no, off")
    return raw.lower() in TRUE


def number(name: str, *, default: int, low: int, high: int) -> int:
    raw = os.environ.get(name, str(default))
    if not raw.isdecimal() or not low <= int(raw) <= high:
        raise InvalidEnvironment(name, raw, f"a whole number from {low} to {high}")
    return int(raw)


def words(name: str, *, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


# What an address may say besides, and libpq's variable for each, since the queue's client hands none of them on. Other
# words of libpq would undo what the service relies on.
CONNECTING = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "channel_binding": "PGCHANNELBINDING",
    "gssencmode": "PGGSSENCMODE",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}


@dataclass(frozen=True)
class DatabaseAddress:
    """Where the database is, who asks, and how to connect."""

    name: str
    user: str
    password: str
    host: str
    port: str
    options: Mapping[str, str]

    @property
    def queue_conninfo(self) -> str:
        """For pgmq, which reads it as libpq does and joins the values again without quotes: each is quoted twice."""
        parts = (
            ("host", self.host), ("port", self.port), ("user", self.user), ("password", self.password),
            ("dbname", self.name),
        )  # fmt: skip
        return " ".join(f"{name}={_quoted(_quoted(value))}" for name, value in parts if value)

    @property
    def queue_environment(self) -> Mapping[str, str]:
        """How to connect, for a client that takes no such words."""
        return {CONNECTING[word]: value for word, value in self.options.items()}


def _quoted(value: str) -> str:
    escaped = value.replace("\\", r"\\").replace("'", r"\'")
    return f"'{escaped}'"


def database_address(url: str) -> DatabaseAddress:
    """Splits `postgresql://user:password@host:port/name?host=/socket/dir`."""
    expected = "postgresql://user:password@host:port/name, or …@/name?host=/socket/directory"
    parts = urlsplit(url)
    name = parts.path.lstrip("/")
    if parts.scheme not in ("postgresql", "postgres") or not name:
        raise InvalidEnvironment("DATABASE_URL", url.replace(parts.password or "\0", "…"), expected)
    query = {word: values[-1] for word, values in parse_qs(parts.query).items()}
    host = query.pop("host", parts.hostname or "")
    for word in query:
        if word not in CONNECTING:
            raise InvalidEnvironment(
                "DATABASE_URL", f"…?{word}=…", "no other words than those of connecting, as sslmode"
            )
    return DatabaseAddress(
        name=unquote(name),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=host,
        port=str(parts.port or ""),
        options=query,
    )


def secret_key(*, data: Path) -> str:
    """The configured secret, else the one kept in the data directory; never a default."""
    if secret := os.environ.get("CONCORD_SECRET_KEY"):
        if len(secret) < 32:
            raise InvalidEnvironment("CONCORD_SECRET_KEY", "…", "at least 32 characters")
        return secret
    kept = data / "secret"
    if kept.exists():
        return kept.read_text().strip()
    raise InvalidEnvironment(
        "CONCORD_SECRET_KEY", "", "at least 32 random characters (./concord up makes its own)"
    )
