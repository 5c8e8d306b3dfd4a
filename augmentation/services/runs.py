"""Runs: a recipe carried out on pictures. Children point to their parent and carry its labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from django.db import transaction

from augmentation.core.image.run import Made, made_picture
from augmentation.core.recipe import Recipe as ParsedRecipe
from augmentation.core.recipe import parse_recipe
from augmentation.models import DerivedItem, Recipe, Run
from labeling.label_types.changes import dump_change
from labeling.services.carrying import carry_resolutions
from metadata.kernel.canonical import sha256_hex
from metadata.kernel.errors import Conflict, DomainError, InvalidInput, NotFound
from metadata.kernel.json_guard import Json
from metadata.selectors.assets import blob
from metadata.selectors.parts import items_with_picture, picture_of
from metadata.services import assets, derived, events, jobs

RUN_JOB: Final = "augmentation.run"
MARK: Final = "augmentation"
LONGEST_KEY: Final = 300
MOST_LISTED: Final = 100


class NothingToAugment(Conflict):
    """None of these items holds a picture of its own in that part."""

    code = "nothing_to_augment"


@transaction.atomic
def start_run(recipe_id: int, *, item_ids: Sequence[int] | None = None, by: int | None) -> Run:
    """Carries a recipe out on the given items, or on every picture of the dataset, by a job."""
    recipe = Recipe.objects.filter(pk=recipe_id).first()
    if recipe is None:
        raise NotFound
    parsed = parse_recipe(recipe.steps)
    chosen = items_with_picture(recipe.dataset_id, parsed.part, item_ids=item_ids)
    if item_ids is not None and len(chosen) < len(set(item_ids)):
        raise InvalidInput(
            fields={"items": "some are not pictures of this dataset, or were made from others"}
        )
    if not chosen:
        raise NothingToAugment
    batch_id = derived.open_delivery(
        recipe.dataset_id, name=f"Made by {recipe.name}"[:200], source="augmentation", mark=MARK, by=by
    )
    run = Run.objects.create(
        recipe=recipe, batch_id=batch_id, seed=parsed.seed, steps=recipe.steps, created_by_id=by
    )
    args: dict[str, Json] = {"run": run.pk, "items": list(chosen)}
    run.job = jobs.enqueue(RUN_JOB, args=args, dataset_id=recipe.dataset_id, by=by)
    run.save(update_fields=["job"])
    events.append("run.started", dataset_id=recipe.dataset_id, subject_id=run.pk, agent_id=by)
    return run


def carry_out(context: jobs.JobContext) -> Mapping[str, Json]:
    """The job: a child a transaction with its lineage, so a second run makes only what is missing."""
    run = Run.objects.select_related("recipe").get(pk=context.args["run"])
    recipe = parse_recipe(run.steps)
    parents: list[int] = list(context.args["items"])
    total = len(parents) * recipe.copies
    made = set(DerivedItem.objects.filter(run=run).values_list("parent_id", "copy"))
    failed: list[dict[str, Json]] = []
    done = 0
    for parent_id in parents:
        for copy in range(recipe.copies):
            if (parent_id, copy) not in made:
                try:
                    _derive(run, recipe, parent_id, copy, context.agent_id)
                except (DomainError, OSError) as error:
                    code = error.code if isinstance(error, DomainError) else "unreadable_file"
                    failed.append({"item": parent_id, "copy": copy, "code": code})
            done += 1
            context.progress(done, total)
    if run.batch_id is not None:
        derived.end_delivery(run.batch_id, context.agent_id)
    listed: list[Json] = list(failed[:MOST_LISTED])
    count = DerivedItem.objects.filter(run=run).count()
    return {"run": run.pk, "made": count, "failed": len(failed), "failures": listed}


def _derive(run: Run, recipe: ParsedRecipe, parent_id: int, copy: int, by: int | None) -> None:
    key, asset = picture_of(parent_id, recipe.part)
    made = made_picture(blob(asset), recipe, item_key=key, copy=copy)
    stored = assets.store(made.data)
    assert run.batch_id is not None
    with transaction.atomic():
        child_id = derived.put_child(
            parent_id,
            key=child_key(key, run.pk, copy),
            role=recipe.part,
            sha256=stored.sha256,
            marks={MARK: run.recipe.name},
            batch_id=run.batch_id,
            by=by,
        )
        carried = carry_resolutions(parent_id, child_id, made.changes, by=by)
        DerivedItem.objects.create(
            run=run, parent_id=parent_id, copy=copy, child_id=child_id, change=_lineage(made), carried=carried
        )


def _lineage(made: Made) -> dict[str, Json]:
    """What was done, how strongly, and the changes that labels followed."""
    steps: list[Json] = [dict(step) for step in made.lineage]
    changes: list[Json] = [dump_change(change) for change in made.changes]
    return {"steps": steps, "changes": changes}


def child_key(parent_key: str, run_id: int, copy: int) -> str:
    """The same for the same parent, run and copy; a parent's long key is named by its hash.

    >>> child_key("phone-1.png", 7, 0)
    'phone-1.png~7.0'
    """
    ending = f"~{run_id}.{copy}"
    if len(parent_key) + len(ending) <= LONGEST_KEY:
        return parent_key + ending
    return f"{parent_key[:200]}~{sha256_hex(parent_key.encode())[:16]}{ending}"
