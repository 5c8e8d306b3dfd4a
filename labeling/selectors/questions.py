"""What is known of a project's questions."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef

from labeling.models import GoldAnswer, Prediction, Question, Resolution, Vote


def answered_among(question_ids: Sequence[int]) -> frozenset[int]:
    """The questions that somebody or something has answered: what their classes mean is settled."""
    votes = Exists(Vote.objects.filter(question=OuterRef("pk"), current=True))
    known = Exists(GoldAnswer.objects.filter(question=OuterRef("pk")))
    predicted = Exists(Prediction.objects.filter(question=OuterRef("pk")))
    resolved = Exists(Resolution.objects.filter(question=OuterRef("pk")))
    found = Question.objects.filter(votes | known | predicted | resolved, pk__in=question_ids)
    return frozenset(found.values_list("pk", flat=True))
