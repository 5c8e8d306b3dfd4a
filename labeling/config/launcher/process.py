"""Child processes that never outlive their parent, and never run a database as root.

Written for Linux; elsewhere what the system lacks is left out.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000

ON_LINUX = sys.platform.startswith("linux")
_libc = ctypes.CDLL(None, use_errno=True)


class Identity:
    """Which user a child becomes: the `same`, an unprivileged one in a user `namespace`, or `nobody`.

    PostgreSQL refuses to run as root. A namespace keeps the files root's own, so the data directory needs no
    opening to others; where namespaces are forbidden, the child becomes `nobody` and its files with it.
    """

    def __init__(self, how: str) -> None:
        self.how = how

    def assume(self) -> None:
        """Called in the child, between fork and exec."""
        if self.how == "namespace":
            _enter_user_namespace()
        elif self.how == "nobody":
            nobody = pwd.getpwnam("nobody")
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)

    def own(self, path: Path) -> None:
        """Give `path` to the user the child becomes."""
        if self.how == "nobody":
            nobody = pwd.getpwnam("nobody")
            os.chown(path, nobody.pw_uid, nobody.pw_gid)


def unprivileged_identity() -> Identity:
    """The least intrusive way for a database to run here without root's rights."""
    if os.geteuid() != 0:
        return Identity("same")
    return Identity("namespace" if _user_namespace_works() else "nobody")


def before_exec(identity: Identity, die_signal: signal.Signals | None) -> Callable[[], None]:
    """What a child does before its program starts: its own session, its user, a signal when the parent dies.

    The signal is asked for last, since changing user clears it. A parent that died in between is noticed
    by its pid.
    """
    parent = os.getpid()

    def prepare() -> None:
        os.setsid()
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        identity.assume()
        if die_signal is not None and ON_LINUX:
            _libc.prctl(PR_SET_PDEATHSIG, int(die_signal), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)

    return prepare


def alive(pid: int) -> bool:
    """Whether a process of that number exists and has not merely left its exit status behind."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return not ON_LINUX


def group_alive(group: int) -> bool:
    """Whether any process of the group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def end_group(group: int, sig: signal.Signals) -> None:
    """Signal every process of the group; one that is already gone is no error."""
    try:
        os.killpg(group, sig)
    except (ProcessLookupError, PermissionError):
        return


def _user_namespace_works() -> bool:
    if not ON_LINUX:
        return False
    pid = os.fork()
    if pid == 0:
        exit_code = 1
        try:
            _enter_user_namespace()
            exit_code = 0
        finally:
            os._exit(exit_code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def _enter_user_namespace() -> None:
    user, group, nobody = os.geteuid(), os.getegid(), pwd.getpwnam("nobody")
    if _libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "user namespaces are not allowed here")
    for name, line in _namespace_maps(user, group, nobody):
        Path("/proc/self", name).write_text(line)


def _namespace_maps(user: int, group: int, nobody: pwd.struct_passwd) -> Sequence[tuple[str, str]]:
    return (
        ("setgroups", "deny"),
        ("uid_map", f"{nobody.pw_uid} {user} 1"),
        ("gid_map", f"{nobody.pw_gid} {group} 1"),
    )
