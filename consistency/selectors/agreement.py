"""Agreement as it stands now: read from vote profiles, so it costs the same at ten million answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from consistency.core.agreement.alpha import alpha, nominal_alpha
from consistency.core.agreement.on_scale import corrected_against_others, pair_alphas
from consistency.core.agreement.pairs import confusion, labeler_against_others, pair_matrix
from consistency.core.agreement.percent import percent_agreement
from consistency.core.mapping import map_codes
from consistency.core.profiles import Profiles
from consistency.core.ratings import Ratings
from consistency.selectors.causes import Causes, SplitCause, causes_of
from consistency.selectors.drawn import drawn_agreement_of
from consistency.selectors.figures import Figure, defined, figure_of, plain
from consistency.selectors.ratings import live_profiles, on_its_scale, ratings_of, ratings_on_their_scale
from labeling.selectors import votes
from metadata.kernel.json_guard import Json

SEED: Final = 20_240_611
REPLICATES: Final = 1000
LIVE_PAIRS: Final = 200_000  # votes; beyond it pairs of people come from the newest report
LIVE_CAUSES: Final = 20_000  # votes; beyond it what explains them comes from the newest report
LIVE_DRAWN: Final = 3_000  # answers; matching drawn elements costs a millisecond for a few of them
OTHER: Final = -1
NEITHER: Final = "equally good"  # what 0 is called where it is a vote of its own

ALPHA: Final = "Krippendorff's alpha, {level}: 1 − observed / expected disagreement"
PRESENCE: Final = "Krippendorff's alpha of whether the class occurs in the item"
RELATION: Final = "Krippendorff's alpha of whether the relation is said in the item"
FIELD: Final = "Krippendorff's alpha of what was chosen in the field"
PERCENT: Final = "Share of pairs of votes that agree, averaged over items"
SPECIFIC: Final = "Alpha of this class against all others"


@dataclass(frozen=True, slots=True)
class ClassFigure:
    """One class: how often it was chosen, and alpha of it against all the others."""

    code: int
    name: str
    votes: int
    alpha: Figure


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often one item got both classes: the share of all pairable votes, each pair counted once."""

    first: int
    second: int
    count: float
    share: float
    filter: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PairFigure:
    """Two labelers over the items both answered: how often they said the same, and alpha on the question's scale."""

    first: int
    second: int
    items: int
    agreement: float | None
    alpha: float | None
    filter: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LabelerFigure:
    """One labeler against all others who answered the same items: raw, and corrected for chance on the question's
    scale."""

    agent: int
    items: int
    agreement: float | None
    corrected: float | None
    filter: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Everything measured about one question."""

    question: int
    label_type: str
    votes: int
    items: int
    figures: tuple[Figure, ...]
    classes: tuple[ClassFigure, ...]
    confusions: tuple[Confusion, ...]
    pairs: tuple[PairFigure, ...]
    labelers: tuple[LabelerFigure, ...]
    causes: Causes
    withheld: Mapping[str, str]

    @property
    def headline(self) -> Figure | None:
        """The figure to show first."""
        return self.figures[0] if self.figures else None

    def as_json(self) -> dict[str, Json]:
        return plain(self)


def live(
    question_id: int, *, seed: int = SEED, replicates: int = REPLICATES, complete: bool = False
) -> Agreement:
    """The agreement on a question as it stands.

    What needs more than profiles (pairs of people, drawn elements) is computed too while the answers are few, and
    with `complete` however many they are; what is not is named in `withheld`.
    """
    question = votes.question_of(question_id)
    by_facet = live_profiles(question)
    rng = np.random.default_rng(seed)
    withheld: dict[str, str] = {}
    n_votes = max((int((p.votes() * p.n_items).sum()) for p in by_facet.values()), default=0)
    n_items = max((int(p.n_items.sum()) for p in by_facet.values()), default=0)
    is_whole = set(by_facet) <= {""}  # one vote an answer; else a vote for each class that may occur
    figures: list[Figure] = []
    classes: list[ClassFigure] = []
    confusions: list[Confusion] = []
    splits: list[SplitCause] = []
    if is_whole:
        for profiles in by_facet.values():
            figures += _headlines(question, profiles, rng, replicates)
            classes += _classes(question, profiles, rng, replicates)
            confusions += _confusions(question, profiles)
    else:
        classes += _presence(question, by_facet, rng, replicates)
        if complete or n_votes <= LIVE_DRAWN:
            drawn = drawn_agreement_of(question, rng=rng, replicates=replicates)
            figures += drawn.figures
            splits += drawn.splits
        else:
            withheld["drawn"] = f"more than {LIVE_DRAWN} answers: see the newest report"
    pairs: list[PairFigure] = []
    labelers: list[LabelerFigure] = []
    causes = Causes()
    n_all = n_votes * max(1, len(by_facet))
    if complete or n_all <= LIVE_PAIRS:
        by_person = ratings_of(question_id)
        for facet, ratings in by_person.items():
            if is_whole or len(by_facet) == 1 or facet == min(by_facet):
                pairs += _pairs(question, ratings)
                labelers += _labelers(question, ratings)
        if complete or n_all <= LIVE_CAUSES:
            confused = [(one.first, one.second) for one in confusions]
            causes = causes_of(question, by_person, confused=confused, splits=splits)
        else:
            withheld["causes"] = f"more than {LIVE_CAUSES} votes: see the newest report"
    else:
        withheld["pairs"] = f"more than {LIVE_PAIRS} votes: see the newest report"
    return Agreement(
        question=question.pk,
        label_type=question.label_type,
        votes=n_votes,
        items=n_items,
        figures=tuple(figures),
        classes=tuple(classes),
        confusions=tuple(confusions),
        pairs=tuple(pairs),
        labelers=tuple(labelers),
        causes=causes,
        withheld=withheld,
    )


def _filter(question: votes.AskedQuestion, **more: object) -> dict[str, str]:
    return {"question": str(question.pk), **{name: str(value) for name, value in more.items()}}


def _headlines(
    question: votes.AskedQuestion, profiles: Profiles, rng: np.random.Generator, replicates: int
) -> list[Figure]:
    disagreeing = _filter(question, agreement="disagree")
    on_scale, level = on_its_scale(question, profiles)
    found = alpha(on_scale, level=level, rng=rng, replicates=replicates)
    percent = percent_agreement(profiles)
    return [
        figure_of("alpha", found, formula=ALPHA.format(level=level), filter=disagreeing),
        figure_of("percent_agreement", percent, formula=PERCENT, filter=disagreeing),
    ]


def _classes(
    question: votes.AskedQuestion, profiles: Profiles, rng: np.random.Generator, replicates: int
) -> list[ClassFigure]:
    names = question.class_names
    counted = dict(zip(profiles.classes.tolist(), profiles.class_votes().tolist(), strict=True))
    found: list[ClassFigure] = []
    for code, n_votes in counted.items():
        against = {other: OTHER for other in counted if other != code}
        figure = figure_of(
            "class_alpha",
            nominal_alpha(map_codes(profiles, against), rng=rng, replicates=replicates),
            formula=SPECIFIC,
            about=(code,),
            filter=_filter(question, **{"class": code, "agreement": "disagree"}),
        )
        found.append(ClassFigure(code, names.get(code, NEITHER if code == 0 else str(code)), n_votes, figure))
    return found


def _presence(
    question: votes.AskedQuestion, by_facet: Mapping[str, Profiles], rng: np.random.Generator, replicates: int
) -> list[ClassFigure]:
    names = question.class_names
    found: list[ClassFigure] = []
    ordered = sorted(by_facet.items(), key=lambda entry: (len(entry[0]), entry[0]))
    fields = {one["name"] for one in question.spec.get("fields", ())}
    for at, (facet, profiles) in enumerate(ordered, start=1):
        is_class, is_field = facet.isdecimal(), facet in fields  # else it is a relation between elements
        code = int(facet) if is_class else max(names, default=0) + at
        counted = dict(zip(profiles.classes.tolist(), profiles.class_votes().tolist(), strict=True))
        figure = figure_of(
            "presence_alpha",
            nominal_alpha(profiles, rng=rng, replicates=replicates),
            formula=PRESENCE if is_class else FIELD if is_field else RELATION,
            facet=facet,
            about=(code,),
            filter=_filter(question, facet=facet, agreement="disagree"),
        )
        name = names.get(code, facet) if is_class else facet.replace("_", " ")
        n_votes = sum(counted.values()) if is_field else counted.get(1, 0)
        found.append(ClassFigure(code, name, n_votes, figure))
    return found


def _confusions(question: votes.AskedQuestion, profiles: Profiles) -> list[Confusion]:
    matrix = confusion(profiles)
    codes = profiles.classes.tolist()
    total = float(matrix.sum())
    found = [
        Confusion(
            codes[a],
            codes[b],
            float(2 * matrix[a, b]),
            float(2 * matrix[a, b]) / total,
            _filter(question, classes=f"{codes[a]},{codes[b]}"),
        )
        for a in range(len(codes))
        for b in range(a + 1, len(codes))
        if matrix[a, b] > 0
    ]
    return sorted(found, key=lambda one: (-one.count, one.first, one.second))


def _pairs(question: votes.AskedQuestion, ratings: Ratings) -> list[PairFigure]:
    matrix = pair_matrix(ratings)
    on_scale, level = ratings_on_their_scale(question, ratings)
    alphas = matrix.alpha if level == "nominal" else pair_alphas(on_scale, matrix.first, matrix.second, level)
    agents = matrix.labelers.tolist()
    rows = zip(
        matrix.first.tolist(),
        matrix.second.tolist(),
        matrix.items.tolist(),
        matrix.agreement.tolist(),
        alphas.tolist(),
        strict=True,
    )
    return [
        PairFigure(
            agents[a],
            agents[b],
            items,
            defined(agreement),
            defined(alpha),
            _filter(question, agents=f"{agents[a]},{agents[b]}", agreement="disagree"),
        )
        for a, b, items, agreement, alpha in rows
    ]


def _labelers(question: votes.AskedQuestion, ratings: Ratings) -> list[LabelerFigure]:
    others = labeler_against_others(ratings)
    on_scale, level = ratings_on_their_scale(question, ratings)
    corrected = others.corrected if level == "nominal" else corrected_against_others(on_scale, level)
    rows = zip(
        others.labelers.tolist(),
        others.items.tolist(),
        others.agreement.tolist(),
        corrected.tolist(),
        strict=True,
    )
    return [
        LabelerFigure(
            agent,
            items,
            defined(agreement),
            defined(corrected),
            _filter(question, agent=agent, agreement="disagree"),
        )
        for agent, items, agreement, corrected in rows
    ]
