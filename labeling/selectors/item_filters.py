"""The item browser's filters of labeling: each becomes a set of item numbers, as a subquery with its parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from metadata.kernel.errors import InvalidInput
from metadata.kernel.numbers import whole_number

Subquery: TypeAlias = tuple[str, tuple[object, ...]]
STATES: Final = ("disagree", "agree", "open", "complete", "unanswered", "resolved", "tied")


@dataclass(frozen=True)
class ItemFilter:
    """What the address asks for. Names are an allow-list; values are numbers or one of the states."""

    question: int | None = None
    state: str = ""
    class_code: int | None = None
    classes: tuple[int, int] | None = None
    facet: str = ""
    agent: int | None = None
    agents: tuple[int, int] | None = None


def read_filter(raw: Mapping[str, str]) -> ItemFilter:
    """Reads the parameters; InvalidInput names the one that cannot be used."""
    state = raw.get("state", "") or ("disagree" if raw.get("agreement") == "disagree" else "")
    if state and state not in STATES:
        raise InvalidInput(fields={"state": f"must be one of {', '.join(STATES)}"})
    facet = raw.get("facet", "")
    if facet and not facet.isdecimal():
        raise InvalidInput(fields={"facet": "must be the code of a class"})
    return ItemFilter(
        question=whole_number(raw.get("question"), "question"),
        state=state,
        class_code=whole_number(raw.get("class"), "class"),
        classes=_pair(raw, "classes"),
        facet=facet,
        agent=whole_number(raw.get("agent"), "agent"),
        agents=_pair(raw, "agents"),
    )


def _pair(raw: Mapping[str, str], name: str) -> tuple[int, int] | None:
    if not raw.get(name):
        return None
    parts = raw[name].split(",")
    if len(parts) != 2:
        raise InvalidInput(fields={name: "must be two numbers with a comma"})
    first, second = (whole_number(part, name) for part in parts)
    if first is None or second is None:
        raise InvalidInput(fields={name: "must be two numbers with a comma"})
    return first, second


_DIFFERS = "codes[1] <> codes[cardinality(codes)]"
_TASKS = "FROM labeling_task t JOIN labeling_round r ON r.id = t.round_id"


def restrictions(wanted: ItemFilter, *, project_id: int, questions: Sequence[int]) -> list[Subquery]:
    """The sets an item must be in, all of them. `questions` are the ones of the project that are meant."""
    asked = list(questions)
    found: list[Subquery] = []
    if wanted.state in ("disagree", "agree"):
        found.append(_tallied(wanted, asked))
    elif wanted.class_code is not None:
        found.append(_chosen(wanted.class_code, asked))
    elif wanted.state:
        found.append(_in_state(wanted.state, project_id, asked))
    if wanted.classes is not None:
        sql = "SELECT item_id FROM labeling_tally WHERE question_id = ANY(%s) AND facet = '' AND codes @> %s::int[]"
        found.append((sql, (asked, list(wanted.classes))))
    if wanted.agent is not None:
        sql = "SELECT item_id FROM labeling_vote WHERE agent_id = %s AND current AND question_id = ANY(%s)"
        found.append((sql, (wanted.agent, asked)))
    if wanted.agents is not None:
        found.append(_apart(wanted.agents, asked))
    return found


def _tallied(wanted: ItemFilter, asked: list[int]) -> Subquery:
    """Items on which votes differ, or on which at least two are the same."""
    differs = _DIFFERS if wanted.state == "disagree" else f"cardinality(codes) > 1 AND NOT ({_DIFFERS})"
    sql = f"SELECT item_id FROM labeling_tally WHERE question_id = ANY(%s) AND {differs}"
    values: tuple[object, ...] = (asked,)
    if wanted.facet:
        sql, values = sql + " AND facet = %s", (*values, wanted.facet)
    if wanted.class_code is not None:
        sql += " AND (%s = ANY(codes) AND facet = '' OR facet = %s)"
        values = (*values, wanted.class_code, str(wanted.class_code))
    return sql, values


def _chosen(code: int, asked: list[int]) -> Subquery:
    """Items to which at least one vote gave the class: as the answer, or as present."""
    sql = (
        "SELECT item_id FROM labeling_vote WHERE current AND question_id = ANY(%s)"
        " AND (facet = '' AND code = %s OR facet = %s AND code = 1)"
    )
    return sql, (asked, code, str(code))


def _in_state(state: str, project_id: int, asked: list[int]) -> Subquery:
    if state == "resolved":
        return "SELECT item_id FROM labeling_resolution WHERE question_id = ANY(%s)", (asked,)
    if state == "tied":
        newest = (
            "SELECT DISTINCT ON (question_id, item_id) item_id, tied FROM labeling_resolution"
            " WHERE question_id = ANY(%s) ORDER BY question_id, item_id, id DESC"
        )
        return f"SELECT item_id FROM ({newest}) newest WHERE tied", (asked,)
    places = {"open": "p.taken < p.wanted", "complete": "p.taken >= p.wanted", "unanswered": "p.taken = 0"}[
        state
    ]
    sql = (
        f"SELECT t.item_id {_TASKS} JOIN labeling_place p ON p.task_id = t.id"
        " JOIN labeling_pool l ON l.id = p.pool_id AND NOT l.gold"
        f" WHERE r.project_id = %s AND {places}"
    )
    return sql, (project_id,)


def _apart(agents: tuple[int, int], asked: list[int]) -> Subquery:
    """Items on which these two people's votes differ."""
    sql = (
        "SELECT a.item_id FROM labeling_vote a JOIN labeling_vote b"
        " ON b.question_id = a.question_id AND b.facet = a.facet AND b.item_id = a.item_id AND b.code <> a.code"
        " WHERE a.agent_id = %s AND b.agent_id = %s AND a.current AND b.current AND a.question_id = ANY(%s)"
    )
    return sql, (*agents, asked)
