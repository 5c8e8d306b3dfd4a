"""The commands on a file of votes and the module of each. Nothing is imported here: the launcher reads it first."""

from collections.abc import Mapping

COMMANDS: Mapping[str, str] = {
    "agreement": "consistency.core.command.agreement",
    "aggregate": "consistency.core.command.aggregate",
    "labelers": "consistency.core.command.labelers",
    "ambiguity": "consistency.core.command.ambiguity",
    "conventions": "consistency.core.command.conventions",
}
