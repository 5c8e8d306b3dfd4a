"""Support messages that two classes fight over. Everything follows from a seed."""

from dataclasses import dataclass

import numpy as np

CLASSES = ("delivery", "refund", "complaint", "account")
THINGS = ("headphones", "blender", "desk lamp", "jacket", "kettle", "backpack", "keyboard", "running shoes")
PLAIN = {
    "delivery": (
        "Where is my {thing}? The tracking page has not moved since {day}.",
        "My {thing} was meant to come on {day}. Any news?",
        "Can I still change the delivery address of the {thing} I ordered on {day}?",
    ),
    "refund": (
        "I sent the {thing} back on {day}. When do I get my money?",
        "Please refund the {thing}, order from {day}. I changed my mind.",
    ),
    "complaint": (
        "The {thing} I got on {day} is scratched all over. This is not what I paid for.",
        "Second time this month: the {thing} stopped working after {day}. Very disappointing.",
    ),
    "account": (
        "I cannot sign in since {day}. The code never arrives.",
        "Please change the e-mail of my account, the old one is closed since {day}.",
    ),
}
BETWEEN = (
    "The {thing} arrived broken on {day}. I want my money back.",
    "Very unhappy with the {thing} from {day}: it does not work and nobody answers. Refund me or I will post about it.",
    "This {thing} is nothing like the picture. Take it back, I want it paid back by {day}.",
    "Broken {thing}, again, since {day}. What do I have to do to get my money back from you?",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


@dataclass(frozen=True)
class Message:
    """A message, what it plainly is about, and whether it stands between refund and complaint."""

    text: str
    about: str
    between: bool
    channel: str


def message(rng: np.random.Generator) -> Message:
    between = bool(rng.random() < 0.3)
    about = "refund" if between else str(rng.choice(CLASSES, p=[0.34, 0.22, 0.22, 0.22]))
    pattern = str(rng.choice(BETWEEN if between else PLAIN[about]))
    text = pattern.format(thing=rng.choice(THINGS), day=rng.choice(DAYS))
    return Message(text, about, between, str(rng.choice(["mail", "chat", "phone note"])))
