"""What can go wrong before and while Concord runs; each docstring is the line a person reads."""

from __future__ import annotations


class LauncherError(Exception):
    """Concord could not be started."""

    exit_code = 1

    def __init__(self, detail: str = "") -> None:
        rule = (type(self).__doc__ or "").strip()
        super().__init__(f"{rule} {detail}".strip())


class WrongUsage(LauncherError):
    """The command was not understood."""

    exit_code = 2


class InstallFailed(LauncherError):
    """The locked packages could not be installed."""


class WrongSetting(LauncherError):
    """An environment variable has a value that cannot be used."""

    exit_code = 2


class ForeignDirectory(LauncherError):
    """The data directory holds something that Concord did not make, so it was left alone."""


class NewerData(LauncherError):
    """The data directory was written by a newer version, which this one cannot read."""


class DiskFull(LauncherError):
    """There is too little free space on the disk."""


class NotWritable(LauncherError):
    """A file could not be written or read."""


class AlreadyRunning(LauncherError):
    """Concord is already running on this data directory."""


class NotRunning(LauncherError):
    """Concord is not running on this data directory."""

    exit_code = 3


class PortBusy(LauncherError):
    """Another program is listening on the port."""


class DatabaseNotFound(LauncherError):
    """No PostgreSQL program fits this machine and this data."""


class DatabaseFailed(LauncherError):
    """The database could not be started."""


class StepFailed(LauncherError):
    """A step of the start failed."""


class Interrupted(BaseException):
    """Somebody asked for the end (Ctrl-C, `./concord stop`, a closed terminal)."""
