"""Which earlier answers a question still takes: what the player will really do on resuming.

Mirrors `fits` in `player/resume.ts`; the tests hold the two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from rsscorm.diff.edition import Edition, Question
from rsscorm.module import OPTION_CODE, code

Outcome = Literal["keep", "partly", "reset"]
"""What becomes of something: all of it stays, some of it, or nothing. The worst stands last."""

Ids = tuple[str, ...]
"""What an answer holds, in order (`left, right, left, right` of pairs), or a number."""

NUMBER = re.compile(r"-?\d*\.?\d+|-?\d+\.", re.ASCII)
ANY_NUMBER = "0.5"


class Answer(NamedTuple):
    """An answer as resume data hold it; of a poll a try is a vote, of a scenario an ending."""

    ids: Ids
    tries: int = 1


def outcome(before: Edition, old: Question, now: Edition, new: Question) -> Outcome:
    """What becomes of the answers, and of its being skipped, when `old` has become `new`.

    Of a question in a quiz those of an attempt that is under way: of others the result is kept.
    """
    if new.quiz and new.quiz != old.quiz:
        return "reset"
    taken = [fits(now, new, answer) for answer in answers(before, old, new)]
    if not any(taken):
        return "reset"
    is_asked_again = old.may_skip and not new.may_skip
    return "keep" if all(taken) and not is_asked_again else "partly"


def lost(before: Edition, old: Question, now: Edition, new: Question) -> set[str]:
    """The ids that make an answer unfit: who gave one of them is asked again."""
    given = list(answers(before, old, new))
    fitting = {(), *(answer.ids for answer in given if fits(now, new, answer))}
    return {ids[-1] for ids, _ in given if ids[:-1] in fitting and ids not in fitting}


def answers(before: Edition, old: Question, new: Question) -> Iterator[Answer]:
    """Answers as resume data hold them: so many that what all of these do, all others do too."""
    asked, ids = old.interaction, tuple(old.options)
    if asked.type == "fill-in" or (before.is_vote(old) and before.polls.answers != "named"):
        yield Answer(())
    elif old.scenes is not None:
        yield from _paths(old, new)
    elif asked.type == "numeric":
        yield Answer((ANY_NUMBER,))
    elif asked.type == "matching":
        yield Answer(tuple(part for pair in asked.correct or () for part in pair.split(".")))
    elif asked.type == "sequencing":
        yield Answer(ids)
    else:
        yield from (Answer((id,)) for id in ids)
        if old.several:
            yield Answer(ids)
        elif old.again_after:
            yield from (Answer((ids[0], id), 2) for id in ids)


def _paths(old: Question, new: Question) -> Iterator[Answer]:
    """A way to each turn of a scenario, and one more wherever the new one tells ways apart."""
    scenes = old.scenes or {}
    waiting: list[tuple[Ids, str, str | None]] = [((), old.start, new.start)]
    seen = {waiting[0][1:]}
    for path, scene, other in waiting:
        for turn, onward in scenes.get(scene, {}).items():
            yield Answer((*path, turn), tries=0 if scenes.get(onward) else 1)
            there = (new.scenes or {}).get(other or "", {}).get(turn)
            if (onward, there) not in seen:
                seen.add((onward, there))
                waiting.append(((*path, turn), onward, there))


def fits(now: Edition, new: Question, answer: Answer) -> bool:
    """Whether the player takes an answer for one to this question."""
    kind = new.interaction.type
    if kind == "numeric":
        text = (id if id == ANY_NUMBER else code(id, OPTION_CODE) for id in answer.ids)
        return NUMBER.fullmatch("".join(text)) is not None
    if not set(answer.ids) <= set(new.options):
        return False
    if new.scenes is not None:
        return _leads_on(new, answer.ids)
    return _is_complete(now, new, answer)


def _leads_on(new: Question, path: Ids) -> bool:
    scene: str | None = new.start
    for turn in path:
        scene = (new.scenes or {}).get(scene or "", {}).get(turn)
    return scene is not None


def _is_complete(now: Edition, new: Question, answer: Answer) -> bool:
    kind, ids = new.interaction.type, answer.ids
    count = len(ids)
    if kind == "fill-in":
        return count == 0
    if now.is_vote(new):
        return count <= (min(answer.tries, 2) if new.interaction.reports == "poll" else 1)
    if kind == "matching":
        return count > 0 and count % 2 == 0 and len({*ids[::2]}) == count // 2
    if len({*ids}) < count:
        return False
    if kind == "sequencing":
        return count == len(new.interaction.components)
    return count > 0 if new.several else count == 1
