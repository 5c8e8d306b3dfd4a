"""What is known of a project's questions."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef

from labeling.models import GoldAnswer, Prediction, Question, Resolution, Vote


def answered_among(question_ids: Sequence[int]) -> frozenset[int]:
    """The questions that somebody or something has answered: what their classes mean is settled."""
    votes = Vote.objects.filter(question=OuterRef("pk"), current=True)
    others = [model.objects.filter(question=OuterRef("pk")) for model in (GoldAnswer, Prediction, Resolution)]
    has_any = Exists(votes)
    for one in others:
        has_any |= Exists(one)
    return frozenset(Question.objects.filter(has_any, pk__in=question_ids).values_list("pk", flat=True))
