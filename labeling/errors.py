"""What the labeling app refuses, by name."""

from metadata.kernel.errors import Conflict, DomainError, InvalidInput


class PlaceTaken(Conflict):
    """The place went to somebody else after your lease lapsed; your work is kept, but not counted."""

    code = "place_taken"


class IdempotencyConflict(Conflict):
    """This Idempotency-Key was used before with another body."""

    code = "idempotency_conflict"


class TaskNotLeased(Conflict):
    """You do not hold this task: it was never handed to you, skipped, or answered already."""

    code = "task_not_leased"


class AnswerChanged(Conflict):
    """The answer was revised meanwhile; load it again."""

    code = "answer_changed"


class DraftChanged(Conflict):
    """Other work on this was saved meanwhile, in another window or on another device."""

    code = "draft_changed"


class NotReviewed(Conflict):
    """There is nothing here that waits for that: it was decided already, or never came up."""

    code = "nothing_to_decide"


class AlreadyObjected(Conflict):
    """You have objected once, which is all there is; the reviewer sees it."""

    code = "already_objected"


class InvalidAnswers(InvalidInput):
    """Some answers need a correction."""

    code = "invalid_answers"


class MissingIdempotencyKey(DomainError):
    """Send an Idempotency-Key header: a text of 8 to 200 visible characters that is new for each submit."""

    code = "idempotency_key_missing"


class LastManager(Conflict):
    """A project keeps at least one manager."""

    code = "last_manager"


class NothingToSignOff(Conflict):
    """No finished task waits for a signature."""

    code = "nothing_to_sign_off"


class DeliveryDecided(Conflict):
    """Somebody else went on with this batch meanwhile; load it again."""

    code = "delivery_decided"


class RunElsewhere(Conflict):
    """Somebody began under this id in another browser. Go on there: nothing of it is shown here."""

    code = "run_elsewhere"


class StudyOver(Conflict):
    """This study takes no more workers."""

    code = "study_over"


class TasksLeft(Conflict):
    """There is still something to label before this is finished."""

    code = "tasks_left"


class AlreadyAppealed(Conflict):
    """You have appealed once, which is all there is; whoever decides sees it."""

    code = "already_appealed"


class PauseDecided(Conflict):
    """That was decided already; load it again."""

    code = "pause_decided"


class AlreadyPaused(Conflict):
    """This person's work is paused already, or they hold no role that is paused."""

    code = "already_paused"


class RuleThere(Conflict):
    """The project has such a rule; end it first."""

    code = "rule_there"
