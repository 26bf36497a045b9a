"""What polls and perspectives refer to: something earlier, of the right kind, never in a circle."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rsscorm.blocks.base import Block
from rsscorm.blocks.choice import Choice
from rsscorm.blocks.perspectives import Perspectives
from rsscorm.blocks.poll import Poll, PollOption
from rsscorm.module import Module
from rsscorm.problems import Problem
from rsscorm.source.explain import did_you_mean, listed
from rsscorm.source.outline import Outline, Spot
from rsscorm.source.reader import FolderReader


def problems(outline: Outline, spot: Spot, reader: FolderReader) -> Iterator[Problem]:
    """What is wrong with the references of a poll or of perspectives."""
    block = spot.block
    if isinstance(block, (Poll, Perspectives)) and block.after:
        yield from _reference(
            outline, spot, "after", block.after, _answers, "something that is answered"
        )
    if not isinstance(block, Poll):
        return
    if block.first:
        yield from _reference(outline, spot, "first", block.first, _is_choice, "a `choice`")
        yield from _first_vote(outline, block.first)
    if block.again_after:
        yield from _again(outline, spot, block.again_after)
    if block.pilot:
        yield from _figures(outline, block, block.pilot.from_, reader)


def second_votes(module: Module) -> Module:
    """The module with the options of each first vote given to its second."""
    choices = {block.id: block for block in module.blocks() if isinstance(block, Choice)}

    def complete(block: Block) -> Block:
        if not isinstance(block, Poll) or block.first is None:
            return block
        options = tuple(
            PollOption.model_construct(id=option.id, words=option.words)
            for option in choices[block.first].options
        )
        return block.model_copy(update={"options": options})

    if not any(isinstance(block, Poll) and block.first for block in module.blocks()):
        return module
    steps = tuple(
        step.model_copy(update={"blocks": tuple(complete(block) for block in step.blocks)})
        for step in module.steps
    )
    return module.model_copy(update={"steps": steps})


def _answers(block: Block) -> bool:
    return block.records


def _is_choice(block: Block) -> bool:
    return isinstance(block, Choice)


def _reference(
    outline: Outline, spot: Spot, key: str, id: str, fits: Callable[[Block], bool], what: str
) -> Iterator[Problem]:
    """A reference to an earlier block of the right kind."""
    target = outline.find(id)
    if target is None:
        told = ("unknown-id", f"there is no block `{id}`", _earlier(outline, spot, id, fits, what))
    elif target.quiz or (target.block and not fits(target.block)):
        told = ("wrong-reference", f"`{id}` is not what `{key}` can name",
                f"Name {what} outside a quiz.")  # fmt: skip
    elif _leads_back(outline, target, spot):
        told = ("circle", f"`{id}` waits for this block in its turn, so neither would ever show",
                f"Take `{key}` out of one of them.")  # fmt: skip
    elif target.order > spot.order:
        told = ("not-earlier", f"`{id}` comes later than this block",
                f"Put `{id}` first, or name something earlier.")  # fmt: skip
    else:
        return
    yield outline.document.about_value((*spot.path, key), *told)


def _earlier(
    outline: Outline, spot: Spot, id: str, fits: Callable[[Block], bool], what: str
) -> str:
    """What a block could name instead of something that isn't there."""
    before = outline.spots[: spot.order]
    names = [each.id for each in before if each.id and each.block and fits(each.block)]
    otherwise = f"Those it can name are {listed(names)}." if names else f"Put {what} before it."
    return did_you_mean(id, names, otherwise)


def _leads_back(outline: Outline, target: Spot | None, spot: Spot) -> bool:
    """Whether what a block waits for waits, at some remove, for the block itself."""
    seen: set[int] = set()
    while target and target.order not in seen:
        if target.order == spot.order:
            return True
        seen.add(target.order)
        waits_for = getattr(target.block, "after", None) or getattr(target.block, "first", None)
        target = outline.find(waits_for) if waits_for else None
    return False


def _first_vote(outline: Outline, id: str) -> Iterator[Problem]:
    target = outline.find(id)
    if target and isinstance(target.block, Choice) and target.block.answer:
        yield outline.document.problem(
            (*target.path, "answer"), "vote-with-answer",
            "this choice is the first vote of a poll, and a vote has no right answer",
            "Delete `answer`, or give the poll options of its own.",
        )  # fmt: skip


def _again(outline: Outline, spot: Spot, id: str) -> Iterator[Problem]:
    target = outline.find(id)
    if target is None:
        names = [s.id for s in outline.spots if s.id and isinstance(s.block, Perspectives)]
        otherwise = (
            f"It can name {listed(names)}." if names else "Put `perspectives` after the poll."
        )
        told = ("unknown-id", f"there is no block `{id}`", did_you_mean(id, names, otherwise))
    elif target.block and not isinstance(target.block, Perspectives):
        told = ("wrong-reference", f"`{id}` is not what `again-after` can name",
                "Name `perspectives`.")  # fmt: skip
    elif target.order < spot.order:
        told = ("not-later", f"`{id}` comes before this poll, so it can't be asked again after it",
                f"Put the poll before `{id}`.")  # fmt: skip
    else:
        return
    yield outline.document.about_value((*spot.path, "again-after"), *told)


def _figures(outline: Outline, poll: Poll, path: str, reader: FolderReader) -> Iterator[Problem]:
    """A pilot's figures give every answer of the poll, each once."""
    rows = reader.figures(path)
    first = outline.find(poll.first) if poll.first else None
    known = (first.block if first and first.block else poll).answer_ids()
    if not rows or not known:
        return
    source = reader.source("csv", path)
    for number, row in enumerate(rows):
        if told := _row_fault(row.option, [earlier.option for earlier in rows[:number]], known):
            yield source.at(row.line, 1, "pilot-figures", *told)
    for id in known:
        if id not in (row.option for row in rows):
            told = (f"the figures say nothing of `{id}`", f"Add a line `{id},0`.")
            yield source.at(1, 1, "pilot-figures", *told)


def _row_fault(option: str, earlier: list[str], known: tuple[str, ...]) -> tuple[str, str] | None:
    if option not in known:
        hint = did_you_mean(option, known, f"They are {listed(known)}.")
        return f"`{option}` is none of the poll's answers", hint
    return (f"`{option}` stands twice", "Delete one of the lines.") if option in earlier else None
