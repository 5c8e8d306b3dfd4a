"""A Concord with everything on stage: the demo, measured, resolved, closed twice, exported, augmented, and its people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.harness.concord import Concord
from tests.e2e.harness.script import Script
from tests.e2e.harness.tokens import token_of

ROLES = ("manager", "expert", "labeler", "vendor_lead", "crowd_worker")
NAMES = {
    "admin": "Ines Lind",
    "manager": "Maro Okafor",
    "expert": "Elif Kaya",
    "labeler": "Lou Petit",
    "vendor_lead": "Vera Novak",
    "crowd_worker": "Kim Rivera",
    "lead": "Lena Brandt",
    "newcomer": "Nia Holm",
}
EXPORTS = Path(__file__).parents[2] / "data" / "label_studio"
VOTES = (
    b"item,worker,label,text\nq1,ana,billing,I was charged twice\nq1,bo,billing,\nq2,ana,delivery,Where is it?\n"
    b"q2,bo,billing,\nq3,,billing,\n"
)
ITEMS = (
    b"key,text,channel\nnew-1,My parcel came open.,mail\nnew-2,I cannot sign in.,pigeon\nnew-3,Thanks!,chat\n"
)
RECIPE = {"part": "image", "copies": 1, "seed": 7, "steps": [{"change": "darken", "factor": [0.3, 0.6]}]}


@dataclass(frozen=True)
class Stage:
    """One project of the demo, its dataset, one of its items, and its question."""

    dataset: int
    project: int
    question: int
    item: int


@dataclass(frozen=True)
class Reviewed:
    """A task of the pictures whose answer by the labeler was corrected."""

    task: int
    annotation: int


@dataclass(frozen=True)
class Study:
    """A crowd link of the messages' project, and the address one of its workers came by."""

    id: int
    slug: str


@dataclass(frozen=True)
class Scene:
    """Where everything is. Each of `links` lets somebody in once; the newcomer's is never used."""

    url: str
    pictures: Stage
    messages: Stage
    batch: int
    votes_job: str
    foreign_job: str
    links: Mapping[str, str]
    reviewed: Reviewed
    study: Study
    vendor: int
    delivery: int


def set_scene(concord: Concord) -> Scene:
    """Does over the API what a team would have done; every job is carried out by the real worker."""
    admin = concord.new_account("ines@stage.example", "--name", NAMES["admin"], "--admin")
    script = Script(concord.url, token_of(concord, "ines@stage.example"))
    people = {role: _person(script, name) for role, name in NAMES.items() if role != "admin"}
    pictures, messages = _stage(script, "Phone backs"), _stage(script, "Support messages")
    for one in (pictures, messages):
        for role in ROLES:
            member = {"agent": people[role][0], "role": role}
            script.post(f"/api/v1/projects/{one.project}/members/", member, 201)
        _done(script, f"/api/v1/questions/{one.question}/reports/", {})
        _done(script, f"/api/v1/questions/{one.question}/resolutions/", {"method": "majority"})
        _done(script, f"/api/v1/questions/{one.question}/reports/", {})
    _close(script, pictures, "first answers", ("jsonl", "coco"))
    recipe = {"name": "Evening light", "steps": RECIPE}
    made = script.post(f"/api/v1/datasets/{pictures.dataset}/recipes/", recipe, 201)
    script.job_ended(script.post(f"/api/v1/recipes/{made['id']}/runs/", {}, 202)["job"])
    _close(script, pictures, "with darker copies", ("csv", "votes_csv"))
    batch = script.send(
        f"/api/v1/datasets/{messages.dataset}/imports/lines?name=Monday", ITEMS, "text/csv", 200
    )
    votes = script.upload("/api/v1/votes-imports/", "polls.csv", VOTES, 202, name="Polls")
    script.job_ended(votes["job"])
    export = {name: (EXPORTS / name).read_bytes() for name in ("reviews.xml", "reviews.json")}
    foreign = script.upload_files("/api/v1/project-imports/", "files", export, 202, name="Reviews of a shop")
    script.job_ended(foreign["job"])
    lou = Script(concord.url, token_of(concord, "lou@stage.example", ("read", "label")))
    reviewed = _review(script, lou, pictures)
    study = {
        "name": "Messages of a shop",
        "worker_parameter": "PROLIFIC_PID",
        "study_parameter": "STUDY_ID",
        "consent": "You may stop at any time. We keep your answers and your platform’s id.",
        "tasks_each": 1,
        "workers": 20,
        "code": "C7XQ2P",
        "return_url": "https://platform.example/done?cc=C7XQ2P",
    }
    made = script.post(f"/api/v1/projects/{messages.project}/crowd-links/", study, 201)
    links = {"admin": admin} | {role: concord.url + path for role, (_, path) in people.items()}
    known = [{"item": messages.item, "value": {"class": 1}}]
    script.post(f"/api/v1/questions/{messages.question}/gold/", {"answers": known}, 201)
    return Scene(
        concord.url,
        pictures,
        messages,
        batch["id"],
        votes["job"],
        foreign["job"],
        links,
        reviewed,
        Study(made["id"], made["slug"]),
        *_vendor(concord, script, people["lead"][0], messages),
    )


def _vendor(concord: Concord, script: Script, lead: int, stage: Stage) -> tuple[int, int]:
    """A vendor's lead hands in two messages, which are accepted, and three that wait; the team, and what waits."""
    team = script.post("/api/v1/teams/", {"name": "Northline", "kind": "outsourced"}, 201)["id"]
    member = {"agent": lead, "role": "vendor_lead", "team": team}
    script.post(f"/api/v1/projects/{stage.project}/members/", member, 201)
    items = [one["id"] for one in script.get(f"/api/v1/datasets/{stage.dataset}/items/")["results"][:6]]
    shares = [{"team": team, "places": 1}]
    batch = {"name": "Week 12", "places_per_task": 1, "teams": shares, "items": items, "repeats_items": True}
    script.post(f"/api/v1/projects/{stage.project}/rounds/", batch, 201)
    rates = {"starts_on": "2026-01-01", "currency": "EUR", "per_item": "0.08", "per_hour": "14.50"}
    script.post(f"/api/v1/projects/{stage.project}/vendors/{team}/terms/", rates, 201)
    lena = Script(concord.url, token_of(concord, "lena@stage.example", ("read", "label", "write")))
    (question,) = lena.get(f"/api/v1/projects/{stage.project}/questions/")
    value = {question["key"]: {"class": question["spec"]["classes"][0]["code"]}}
    first = _handed_in(lena, stage, value, 2, "To begin with.")
    drawn = script.post(f"/api/v1/deliveries/{first}/sample", {"quality": 10.0, "level": "III"}, 201)
    expert = Script(concord.url, token_of(concord, "elif@stage.example", ("read", "label")))
    for _ in range(drawn["sample"]):
        _labeled(expert, stage, value)
    script.post(f"/api/v1/deliveries/{first}/verdict", {}, 200)
    return int(team), _handed_in(lena, stage, value, 3, "The first half.")


def _handed_in(lead: Script, stage: Stage, value: Mapping[str, Any], tasks: int, note: str) -> int:
    """The lead answers so many tasks of the only batch and signs them off."""
    for _ in range(tasks):
        _labeled(lead, stage, value)
    (waiting,) = lead.get(f"/api/v1/projects/{stage.project}/team/")["batches"]
    signed = {"batch": waiting["batch"], "note": note}
    return int(lead.post(f"/api/v1/projects/{stage.project}/team/deliveries/", signed, 201)["id"])


def _labeled(person: Script, stage: Stage, value: Mapping[str, Any]) -> None:
    task = person.post(f"/api/v1/projects/{stage.project}/claim", {}, 200)["task"]
    body = {"guideline_version": task["guideline_version"], "answers": value, "active_ms": 4000}
    person.post(f"/api/v1/tasks/{task['id']}/annotations", body, 201)


def _person(script: Script, name: str) -> tuple[int, str]:
    """A new account: its agent, and the path that lets it in once."""
    told = {"email": f"{name.split(maxsplit=1)[0].lower()}@stage.example", "name": name}
    agent = int(script.post("/api/v1/agents/", told, 201)["id"])
    return agent, str(script.post(f"/api/v1/agents/{agent}/links", {"purpose": "sign_in"}, 201)["path"])


def _review(script: Script, labeler: Script, stage: Stage) -> Reviewed:
    """The labeler marks and answers a picture; the admin corrects it, and the labeler sees it differently."""
    task = labeler.post(f"/api/v1/projects/{stage.project}/claim", {}, 200)["task"]
    (part,) = (one for one in task["item"]["parts"] if one["kind"] == "image")
    (question,) = script.get(f"/api/v1/projects/{stage.project}/questions/")
    first, second = (one["code"] for one in question["spec"]["classes"][:2])

    def answers(*boxes: tuple[str, int, int, int, int, int]) -> dict[str, Any]:
        elements = [
            {
                "id": name,
                "class": code,
                "part": part["role"],
                "geometry": {"x0": x0, "y0": y0, "x1": x1, "y1": y1},
                "attributes": {},
            }
            for name, code, x0, y0, x1, y1 in boxes
        ]
        return {question["key"]: {"elements": elements}}

    flag = {"kind": "ambiguous", "comment": "Is the small one a scratch of its own?"}
    labeler.post(f"/api/v1/tasks/{task['id']}/flags", flag, 201)
    given = answers(("a", first, 20, 20, 120, 60), ("b", first, 150, 90, 200, 130))
    body = {"guideline_version": task["guideline_version"], "answers": given, "active_ms": 9000}
    annotation = labeler.post(f"/api/v1/tasks/{task['id']}/annotations", body, 201)["annotation"]
    corrected = answers(("a", second, 22, 20, 124, 66), ("c", first, 30, 120, 90, 160))
    decided = {"verdict": "corrected", "reason": "A line that catches a fingernail.", "answers": corrected}
    review = script.post(f"/api/v1/annotations/{annotation}/reviews", decided, 201)
    labeler.post(
        f"/api/v1/reviews/{review['id']}/objection", {"objection": "It does not catch: see the edge."}, 200
    )
    labeler.post(f"/api/v1/tasks/{task['id']}/flags", flag, 201)
    return Reviewed(task["id"], annotation)


def _stage(script: Script, name: str) -> Stage:
    projects = script.get("/api/v1/projects/")["results"]
    (project,) = [one for one in projects if one["name"].startswith(name) and one["demo"]]
    (question,) = script.get(f"/api/v1/projects/{project['id']}/questions/")
    items = script.get(f"/api/v1/datasets/{project['dataset']}/items/")["results"]
    return Stage(project["dataset"], project["id"], question["id"], items[0]["id"])


def _done(script: Script, path: str, body: object) -> dict[str, Any]:
    job = script.job_ended(script.post(path, body, 202)["job"])
    assert job["state"] == "done", job
    return job


def _close(script: Script, stage: Stage, name: str, formats: tuple[str, ...]) -> None:
    version = script.post(f"/api/v1/datasets/{stage.dataset}/versions/", {"name": name}, 201)
    for one in formats:
        _done(script, f"/api/v1/versions/{version['id']}/exports", {"format": one})
