"""The database of a data directory: the embedded server, or the one that DATABASE_URL names."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import Protocol

from labeling.config import env
from labeling.config.launcher.data import DataDirectory
from labeling.config.launcher.errors import DatabaseFailed, LauncherError
from labeling.config.launcher.postgres import Postgres, require_space
from labeling.config.launcher.process import unprivileged_identity

SPACE_TO_START = 48 * 2**20  # a server on a full disk stops with its first write, and cannot even log why
REACHED_WITHIN_S = 10.0


class Database(Protocol):
    """What the start needs of a database."""

    url: str
    fresh: bool

    def tend(self) -> None: ...

    def back_up(self, data: DataDirectory) -> str: ...

    def stop(self) -> None: ...


class Embedded:
    """Our own server, started with us, restarted when it dies, stopped last."""

    def __init__(self, data: DataDirectory, say: Callable[[str], None]) -> None:
        identity = unprivileged_identity()
        if identity.how == "nobody":
            data.path.chmod(0o711)  # the server's user must reach its own directory inside
        self.server = Postgres(data.cluster, log=data.logs / "postgres.log", identity=identity)
        self._say = say
        self.fresh = self.server.create()
        if self.fresh:
            say(f"PostgreSQL {self.server.programs.major} cluster made")
        else:
            require_space(data.path, SPACE_TO_START)
        try:
            self.server.start()
            self.fresh = self.server.create_database() or self.fresh
        except BaseException:
            self.server.stop()
            raise
        self.url = self.server.url()
        say("PostgreSQL answers")

    def tend(self) -> None:
        process = self.server.process
        if process is not None and process.poll() is None:
            return
        self._say("database ended; starting it again")
        try:
            self.server.start()
        except LauncherError as error:
            self._say(f"database: {error}")

    def back_up(self, data: DataDirectory) -> str:
        target = data.new_backup()
        self.server.dump("concord", target)
        return f"Backup written to {target}"

    def stop(self) -> None:
        self.server.stop()


class External:
    """A server that others run: its backups are theirs too."""

    fresh = False

    def __init__(self, url: str) -> None:
        self.url = url
        address = env.database_address(url)
        if address.host and not address.host.startswith("/"):
            port = int(address.port or 5432)
            try:
                socket.create_connection((address.host, port), REACHED_WITHIN_S).close()
            except OSError as error:
                raise DatabaseFailed(f"DATABASE_URL names {address.host}:{port}: {error}.") from error

    def tend(self) -> None:
        return

    def back_up(self, data: DataDirectory) -> str:
        return "DATABASE_URL names an external server: its backup is not made here"

    def stop(self) -> None:
        return


def open_database(data: DataDirectory, say: Callable[[str], None]) -> Database:
    given = os.environ.get("DATABASE_URL")
    return External(given) if given else Embedded(data, say)
