"""A desk without Django: serves the real label page, styles and bundles, and answers claim and submit from memory.

It stands in for the network, so that tests can lose it, end a session or refuse an answer at will; run it by hand to
look at an editor: `python -m tests.e2e.harness.desk_server --port 8099`.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import struct
import sys
import threading
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
STATIC = ROOT / "labeling" / "static"
TEMPLATES = ROOT / "labeling" / "templates" / "labeling"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
CSP = "default-src 'self'; media-src 'self' blob:; img-src 'self'; style-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'"
DONE_BEFORE = 37

CLASSES = [
    {
        "code": 1,
        "name": "scratch",
        "color": 1,
        "hotkey": "1",
        "definition": "A line you can see at arm’s length, or that a fingernail catches on.\nOne box around each line.",
    },
    {
        "code": 2,
        "name": "hairline",
        "color": 2,
        "definition": "Seen only when light falls on it from the side.",
    },
    {"code": 3, "name": "chip", "color": 3, "definition": "Material is missing at an edge."},
    {"code": 4, "name": "crack", "color": 4, "definition": "A line that branches."},
    {
        "code": 5,
        "name": "stain",
        "color": 5,
        "definition": "Something on the surface that could be wiped off.",
    },
    {"code": 6, "name": "dent", "color": 6},
]
BOX = {
    "key": "damage",
    "prompt": "Mark every damage",
    "label_type": "box",
    "required": True,
    "spec": {"classes": CLASSES, "min": 0, "max": 50_000, "min_size": 2},
}
CHOICE = {
    "key": "intent",
    "prompt": "What does the customer want?",
    "label_type": "choice",
    "required": True,
    "spec": {
        "classes": [
            {"code": code, "name": name, "color": code, "definition": definition}
            for code, name, definition in [
                (1, "Refund", "The money back, in any form."),
                (2, "Replacement or repair", "A working thing instead of the broken one."),
                (3, "Help using it", ""),
                (4, "Delivery question", ""),
                (5, "Complaint only", "Nothing is asked for."),
                (6, "Cannot tell", ""),
            ]
        ]
    },
}
STATE = {
    "key": "state",
    "prompt": "Can it be sold?",
    "label_type": "choice",
    "required": False,
    "spec": {
        "classes": [{"code": 1, "name": "as new"}, {"code": 2, "name": "used"}, {"code": 3, "name": "broken"}]
    },
}
TOPICS = {
    "key": "topics",
    "prompt": "What is it about?",
    "label_type": "choices",
    "required": True,
    "spec": {
        "classes": [
            {"code": code, "name": name, "definition": definition}
            for code, name, definition in [
                (1, "Sound", "Anything one hears, or fails to hear."),
                (2, "Battery and charging", ""),
                (3, "Case", ""),
                (4, "Order", "A number, a date, a delivery."),
                (5, "Money", ""),
            ]
        ],
        "max": 4,
    },
}
MOOD = {
    "key": "mood",
    "prompt": "How content is the customer?",
    "label_type": "rating",
    "required": True,
    "spec": {
        "scale": "ordinal",
        "classes": [
            {"code": code, "name": name}
            for code, name in [
                (1, "Furious"),
                (2, "Unhappy"),
                (3, "Neither"),
                (4, "Content"),
                (5, "Delighted"),
            ]
        ],
    },
}
FACTS: dict[str, Any] = {
    "key": "facts",
    "prompt": "Mark spans",
    "label_type": "span",
    "required": True,
    "spec": {
        "classes": [
            {"code": 1, "name": "product", "color": 1},
            {
                "code": 2,
                "name": "fault",
                "color": 3,
                "definition": "The words that say what is wrong, without the product’s name.",
            },
            {"code": 3, "name": "date", "color": 2},
            {"code": 4, "name": "order no.", "color": 7},
        ],
        "overlapping": False,
        "whole_words": True,
    },
}
SPOKEN = {
    "key": "spoken",
    "prompt": "What is said?",
    "label_type": "transcript",
    "required": True,
    "spec": {
        "max": 400,
        "conventions": [
            {"write": "Um,", "not": ["Um..."], "because": "Filled pauses end in a comma."},
            {"write": "okay", "not": ["ok", "O.K."]},
            {"write": "[unclear]", "not": ["???"]},
        ],
    },
}
NESTED = {**FACTS, "spec": {**FACTS["spec"], "overlapping": True}}
RELATED: dict[str, Any] = {
    **FACTS,
    "prompt": "Mark what is said of what",
    "label_type": "relation",
    "spec": {
        **FACTS["spec"],
        "relations": [
            {"name": "has fault", "from": ["product"], "to": ["fault"]},
            {"name": "bought on", "from": ["product"], "to": [3]},
            {"name": "goes with", "symmetric": True},
        ],
        "cycles": False,
    },
}
OUTLINES = {
    "key": "outlines",
    "prompt": "Outline every part",
    "label_type": "polygon",
    "required": True,
    "spec": {"classes": CLASSES[:4], "min": 0, "max": 50, "min_area": 4},
}
FIGURES: dict[str, Any] = {
    "key": "figures",
    "prompt": "Set the points of every person",
    "label_type": "keypoint",
    "required": True,
    "spec": {
        "classes": CLASSES[:3],
        "points": [
            {"name": "nose"},
            {"name": "left hand", "other_side": "right hand"},
            {"name": "right hand"},
            {"name": "left foot", "other_side": "right foot"},
            {"name": "right foot"},
        ],
        "lines": [["left hand", "nose", "right hand"], ["left foot", "nose", "right foot"]],
    },
}
WHERE = {
    **BOX,
    "key": "where",
    "prompt": "Where is it broken?",
    "spec": {**BOX["spec"], "min": 1},  # type: ignore[dict-item]  # a dict of its own
    "shown_if": {"question": "state", "classes": [3]},
}
BETTER: dict[str, Any] = {
    "key": "better",
    "prompt": "Which answer is better?",
    "label_type": "pairwise",
    "required": True,
    "spec": {
        "classes": [{"code": 1, "name": "model one"}, {"code": 2, "name": "model two"}],
        "parts": ["one", "two"],
    },
}
RANKED = {
    **BETTER,
    "prompt": "Rank the answers",
    "spec": {
        "classes": [{"code": code, "name": f"model {code}"} for code in (1, 2, 3, 4)],
        "parts": ["one", "two", "three", "four"],
        "shuffle": False,
    },
}
FORM: dict[str, Any] = {
    "key": "form",
    "prompt": "What does the message say?",
    "label_type": "record",
    "required": True,
    "spec": {
        "fields": [
            {"name": "order", "kind": "text", "label": "Order number", "max_length": 20},
            {"name": "amount", "kind": "number", "min": 0, "max": 500, "required": False},
            {"name": "bought", "kind": "date", "required": False},
            {"name": "wish", "kind": "choice", "options": ["a new pair", "the money", "a repair", "advice"]},
            {"name": "polite", "kind": "yes_no", "required": False},
        ]
    },
}
TURNS: dict[str, Any] = {
    "key": "turns",
    "prompt": "Mark every turn of each speaker",
    "label_type": "segment",
    "required": True,
    "spec": {
        "classes": [
            {"code": 1, "name": "agent", "color": 2},
            {"code": 2, "name": "customer", "color": 5, "definition": "Whoever calls."},
            {"code": 3, "name": "noise", "color": 9},
        ],
        "max": 2_000,
        "overlapping": False,
    },
}
QUESTIONS = {
    "turns": [TURNS],
    "diarized": [{**TURNS, "spec": {**TURNS["spec"], "overlapping": True, "text": True}}],
    "form": [FORM],
    "better": [BETTER],
    "stronger": [{**BETTER, "spec": {**BETTER["spec"], "strength": 3}}],
    "ranked": [RANKED],
    "seen": [{**BETTER, "prompt": "Which picture is sharper?"}],
    "louder": [{**BETTER, "prompt": "Which voice is clearer?"}],
    "asked": [STATE, WHERE],
    "sized": [{**BOX, "spec": {**BOX["spec"], "max_size": 300}}],  # type: ignore[dict-item]
    "box": [BOX],
    "turned": [{**BOX, "spec": {**BOX["spec"], "rotation": True}}],  # type: ignore[dict-item]
    "choice": [CHOICE],
    "both": [BOX, STATE],
    "picked": [STATE],
    "choices": [TOPICS],
    "rating": [MOOD],
    "span": [FACTS],
    "nested": [NESTED],
    "related": [RELATED],
    "read": [CHOICE, FACTS],
    "spoken": [SPOKEN],
    "heard": [SPOKEN, MOOD],
    "written": [SPOKEN],
    "polygon": [OUTLINES],
    "shapes": [BOX, OUTLINES],
    "keypoint": [FIGURES],
    "several": [BOX, TOPICS, MOOD],
}
SOUND_KINDS = ("turns", "diarized", "spoken", "heard")
TEXT_KINDS = ("form", "choice", "choices", "rating", "span", "nested", "related", "read")
COMPARED = {"better": "text", "stronger": "text", "ranked": "text", "seen": "image", "louder": "audio"}
ROLES = ("one", "two", "three", "four")
ANSWERS = (
    "The case closes when the lid sits flat. Take both earbuds out, wipe the contacts and put them back.",
    "Please contact support.",
    "Reset them: hold the button for ten seconds, then pair them again. Still silent? We replace the pair.",
    "I am sorry to hear that! Earbuds are small speakers that sit in the ear.",
)
TEXT = (
    "Hi, I bought the Aria 5 earbuds last Tuesday and the left one stays silent, even after a reset. "
    "Order 88-2041. The case will not close either. Do I get a new pair, or just my money back? "
    "Honestly I’d rather have them work :)"
)
REASONS = [
    ("unreadable", "I cannot read it"),
    ("unsure", "I am not sure"),
    ("needs_expert", "An expert should see it"),
]


@cache
def png(width: int, height: int) -> bytes:
    """A dark gradient with a bright line: enough to see where pixels are."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        rows += bytes(
            230 if abs(x - 2 * y) < 2 else 60 + (x * 60 // width) + (y * 40 // height) for x in range(width)
        )
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes(rows))),
    ]
    out = b"\x89PNG\r\n\x1a\n"
    for kind, body in [*chunks, (b"IEND", b"")]:
        out += struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return out


@cache
def wav(seconds: float = 3.0, rate: int = 8_000) -> bytes:
    """Three words of a hum with silence between them: enough to see and to play."""
    frames = bytearray()
    for at in range(int(seconds * rate)):
        now = at / rate
        loud = max(0.0, math.sin(now * 2 * math.pi / 1.1)) * (0.6 + 0.4 * math.sin(now * 40))
        frames += struct.pack("<h", int(20_000 * loud * math.sin(now * 2 * math.pi * 180)))
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(frames), b"WAVE", b"fmt ", 16, 1, 1, rate,
                       2 * rate, 2, 16, b"data", len(frames))  # fmt: skip
    return head + bytes(frames)


@dataclass
class DeskState:
    """What the stand-in was told, and how it is to behave next."""

    kind: str = "box"
    tasks: int = 20
    text: str = TEXT
    size: tuple[int, int] = (1000, 750)
    failing: int = 0
    refuse: dict[str, Any] | None = None
    signed_out: bool = False
    preview: bool = False
    turns: int = 0
    guideline: int = 3
    next_id: int = 1
    leased: list[int] = field(default_factory=list)
    received: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    flagged: list[dict[str, Any]] = field(default_factory=list)

    def item(self, number: int) -> dict[str, Any]:
        width, height = self.size
        picture = {
            "role": "image",
            "kind": "image",
            "url": f"/media/{number}.png",
            "width": width,
            "height": height,
        }
        words = {"role": "text", "kind": "text", "text": self.text}
        sound = {"role": "sound", "kind": "audio", "url": f"/media/{number}.wav"}
        if kind := COMPARED.get(self.kind):
            return {"id": number, "key": "", "parts": self._compared(number, kind), "fields": {}}
        about_text = self.kind in TEXT_KINDS
        fields = {"channel": "chat", "received": "12 March, 09:41"} if about_text else {}
        return {
            "id": number,
            "key": "",
            "parts": [sound if self.kind in SOUND_KINDS else words if about_text else picture],
            "fields": fields,
        }

    def _compared(self, number: int, kind: str) -> list[dict[str, Any]]:
        """What was asked, and the parts to compare."""
        asked = {"role": "asked", "kind": "text", "text": self.text}
        roles = ROLES if self.kind == "ranked" else ROLES[:2]
        width, height = self.size
        media: dict[str, Callable[[int], dict[str, Any]]] = {
            "text": lambda at: {"text": ANSWERS[at]},
            "image": lambda at: {"url": f"/media/{number}{at}.png", "width": width, "height": height},
            "audio": lambda at: {"url": f"/media/{number}{at}.wav"},
        }
        return [asked, *({"role": role, "kind": kind, **media[kind](at)} for at, role in enumerate(roles))]

    def reviewed(self) -> dict[str, Any]:
        """An answer of so many turns, opened as a reviewer does."""
        item = self.item(1)
        task = {"id": 1, "round": 1, "due": None, "guideline_version": self.guideline, "item": item}
        length = 3_000 / self.turns
        elements = [
            {
                "id": f"e{at}",
                "class": at % 3 + 1,
                "part": "sound",
                "geometry": {"start": int(at * length), "end": int((at + 0.9) * length)},
                "attributes": {"text": f"turn {at}"},
            }
            for at in range(self.turns)
        ]
        answers = {"turns": {"elements": elements}}
        return {"review": {"task": task, "answers": answers, "url": "/review", "done_url": "/home"}}

    def desk(self) -> dict[str, Any]:
        return {
            **(self.reviewed() if self.turns else {}),
            "project": {
                "id": 1,
                "name": "Phone backs: damage" if self.kind not in TEXT_KINDS else "Support messages",
            },
            "agent": 7,
            "claim_url": "/claim",
            "annotations_url": "/tasks/{task}/annotations",
            "skip_url": "/tasks/{task}/skip",
            "flag_url": "/tasks/{task}/flags",
            "flags": [{"key": "ambiguous", "label": "Ambiguous"}, {"key": "needs_expert", "label": "Expert"}],
            "past_url": "/past",
            "home_url": "/home",
            "guideline": {"id": self.guideline, "version": "2.1"},
            "preview": {"item": self.item(0)} if self.preview else False,
            "questions": QUESTIONS[self.kind],
            "progress": {"done": DONE_BEFORE, "total": 120},
            "skip_reasons": [{"key": key, "label": label} for key, label in REASONS],
            "labels": {},
        }

    def claim(self, holding: list[int]) -> dict[str, Any]:
        open_ones = [one for one in self.leased if one not in holding]
        if not open_ones:
            if self.next_id > self.tasks:
                return {
                    "task": None,
                    "reason": {"code": "all_done", "message": "Everything is labeled. Thank you."},
                }
            open_ones = [self.next_id]
            self.leased.append(self.next_id)
            self.next_id += 1
        number = open_ones[0]
        return {
            "task": {
                "id": number,
                "round": 1,
                "due": None,
                "guideline_version": self.guideline,
                "item": self.item(number),
            }
        }

    def past(self) -> dict[str, Any]:
        """What was answered, the last first, as it holds now."""
        heads = {one["task"]: at for at, one in enumerate(self.received)}
        firsts = [one["task"] for one in reversed(self.received) if "revises" not in one]
        return {
            "answers": [
                {
                    "task": {
                        "id": task,
                        "round": 1,
                        "due": None,
                        "guideline_version": self.guideline,
                        "item": self.item(task),
                    },
                    "annotation": 1000 + heads[task],
                    "revision": sum(one["task"] == task for one in self.received) - 1,
                    "submitted_at": "2026-03-12T09:41:00Z",
                    "answers": self.received[heads[task]]["answers"],
                }
                for task in firsts
            ]
        }

    def submit(self, task: int, key: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if any(one["key"] == key for one in self.received):
            return 200, {"annotation": task}
        if self.refuse:
            refused, self.refuse = self.refuse, None
            return int(refused["status"]), dict(refused["body"])
        self.received.append({"task": task, "key": key, **body})
        if task in self.leased:
            self.leased.remove(task)
        return 201, {"annotation": task}


def page(state: DeskState) -> str:
    """The product's own template, with what Django would fill in."""
    desk = state.desk()
    source = (TEMPLATES / "label.html").read_text()
    source = source.replace("{% page_texts %}", (TEMPLATES / "label_texts.html").read_text())
    body = source[source.index("<body") : source.index("</body>")] + "</body>"
    body = re.sub(r"\{%\s*static '([^']+)'\s*%\}", r"/static/\1", body)
    body = re.sub(r"\{%\s*blocktranslate[^%]*%\}.*?\{%\s*endblocktranslate\s*%\}", "37 of 120", body)
    body = re.sub(r'\{%\s*translate "([^"]*)"\s*%\}', r"\1", body)
    body = re.sub(r"\{%\s*if desk.preview\s*%\}(.*?)\{%\s*endif\s*%\}", r"\1" if state.preview else "", body)
    values: Mapping[str, str] = {"desk.project.name": desk["project"]["name"], "desk.home_url": "/home"}
    body = re.sub(
        r"\{\{\s*([\w.]+)[^}]*\}\}", lambda m: values.get(m[1], "120" if "total" in m[1] else "37"), body
    )
    body = re.sub(r"\{%.*?%\}", "", body)
    shell = (HERE / "harness.html").read_text()
    return shell.replace("__DESK__", json.dumps(desk).replace("<", "\\u003c")).replace("__BODY__", body)


class DeskServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, state: DeskState, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), DeskHandler)
        self.state = state

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self) -> DeskServer:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that leaves in the middle of an answer is no news."""

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class DeskHandler(BaseHTTPRequestHandler):
    server: DeskServer

    def log_message(self, *args: object) -> None:
        """Quiet."""

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", CSP)
        self.end_headers()
        self.wfile.write(body)

    def _json(self, status: int, body: object) -> None:
        self._answer(status, json.dumps(body).encode(), "application/json")

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            self._answer(
                200, file.read_bytes(), TYPES.get(file.suffix, "text/plain")
            ) if file.is_file() else self._json(404, {})
        elif path.endswith(".wav"):
            self._answer(200, wav(), "audio/wav")
        elif path.startswith("/media/"):
            width, height = self.server.state.size
            shrink = max(1, width // 1000)  # the page scales pictures to their declared size
            self._answer(200, png(width // shrink, height // shrink), "image/png")
        elif path == "/past":
            self._json(200, self.server.state.past())
        elif path == "/":
            self._answer(200, page(self.server.state).encode(), "text/html; charset=utf-8")
        else:
            self._json(404, {})

    def do_POST(self) -> None:
        state = self.server.state
        raw = self.rfile.read(int(self.headers["Content-Length"] or 0))
        body = json.loads(raw or b"{}")
        task = re.match(r"/tasks/(\d+)/(\w+)", self.path)
        if state.failing > 0:
            state.failing -= 1
            self._json(503, {"code": "unavailable", "message": "starting", "fields": {}})
        elif state.signed_out:
            self._json(401, {"code": "not_authenticated", "message": "Sign in first.", "fields": {}})
        elif self.path == "/claim":
            self._json(200, state.claim(body.get("holding", [])))
        elif task and task[2] == "annotations":
            self._json(*state.submit(int(task[1]), self.headers["Idempotency-Key"], body))
        elif task and task[2] == "flags":
            state.flagged.append({"task": int(task[1]), **body})
            self._json(201, {})
        elif task and task[2] == "skip":
            state.skipped.append({"task": int(task[1]), **body})
            if int(task[1]) in state.leased:
                state.leased.remove(int(task[1]))
            self._json(200, {})
        else:
            self._json(404, {"code": "not_found", "message": "", "fields": {}})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--kind", choices=sorted(QUESTIONS), default="box")
    parser.add_argument("--preview", action="store_true")
    options = parser.parse_args()
    server = DeskServer(DeskState(kind=options.kind, preview=options.preview), options.port)
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
