"""What has changed of a module: the module itself, its steps, its questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rsscorm.diff import quizzes
from rsscorm.diff.change import OUTCOMES, Change, Difference, Effects, Item, Meaning, pass_marks
from rsscorm.diff.edition import Edition, Question, Step
from rsscorm.diff.likeness import means_another, nearly_same
from rsscorm.diff.questions import Pair, added, removed

EVERYTHING = Effects("reset", "reset", "reset", "reset")
STAYS = "Whoever has completed it stays complete."
MEASURED = f"Learners in progress are measured by it from now on. {STAYS}"


def compare(old: Edition, new: Edition, earlier: Sequence[Edition] = ()) -> Difference:
    """What has changed from one edition to another, and what comes of it.

    `earlier` are editions that learners had before `old`, the last first: of these only the ids
    are of interest, which must not come to mean something else.
    """
    items = list(_module(old, new, earlier))
    if old.id == new.id:
        items += [*_steps(old, new), *_quizzes(old, new), *_questions(old, new)]
    items.sort(key=_urgency)
    retire = _to_retire([old, *earlier], new) if old.id == new.id else ()
    return Difference(new.id, old.edition, new.edition, tuple(items), retire)


def _urgency(item: Item) -> tuple[int, bool, bool]:
    return -OUTCOMES.index(item.outcome), not item.stops, item.what != "module"


def _module(old: Edition, new: Edition, earlier: Sequence[Edition]) -> Iterator[Item]:
    changes = (_identity, _names, _rule, _polls, _step_order, _retired, _edition)
    found = [change for find in changes for change in find(old, new)]
    found += _taken_up(old, new, earlier)
    if found:
        yield Item("module", new.id, new.title, tuple(found))


def _identity(old: Edition, new: Edition) -> Iterator[Change]:
    if old.id != new.id:
        yield Change(
            "module-id", f"Everything begins anew: the module's id was `{old.id}`", EVERYTHING,
            "Learning systems take it for another module. Completions, grades and reports stay "
            "with the old one, and some delete them; votes are counted from nothing.",
            "surely", f"Give the folder and `id` their old name, `{old.id}`.",
        )  # fmt: skip
    elif old.iri != new.iri:
        yield Change(
            "iri", f"Its address has changed: `{old.iri}` has become `{new.iri}`",
            Effects("partly", "partly", "reset", "partly"),
            "Learning record stores and polls know the module by it: there everything begins "
            "anew. In SCORM learning systems all goes on.",
            "surely", "Give `iri` in rsscorm.yaml its old value.",
        )  # fmt: skip


def _names(old: Edition, new: Edition) -> Iterator[Change]:
    if old.title != new.title:
        said = f"The title was “{old.title}”, is “{new.title}”"
        yield Change("reworded", said, then="Learning systems show the new one.")
    if old.summary != new.summary:
        yield Change("reworded", "The summary is reworded")


def _rule(old: Edition, new: Edition) -> Iterator[Change]:
    was, now = old.complete, new.complete
    if was.when != now.when:
        said = f"It is complete when: `{was.when}` has become `{now.when}`"
        yield Change("rule", said, then=MEASURED)
    if was.pass_mark != now.pass_mark:
        said = f"The pass mark {pass_marks(was.pass_mark, now.pass_mark)}"
        yield Change("pass-mark", said, then=MEASURED)
    if was.score != now.score:
        said = "A score is sent now" if now.score else "No score is sent any more"
        yield Change("score", said, then="A score that was sent stays.")


def _polls(old: Edition, new: Edition) -> Iterator[Change]:
    was, now = old.polls, new.polls
    if was.answers != now.answers:
        then = "Votes that were cast keep the promise under which they were given."
        said = f"Polls were {was.answers}, are {now.answers}"
        yield Change("polls", said, then=then)
    if was.compare != now.compare:
        said = f"Colleagues' answers are shown `{now.compare}`, were `{was.compare}`"
        yield Change("polls", said)
    for name, before, after in (("least", was.least, now.least), ("step", was.step, now.step)):
        if before is not None and before != after:
            said = f"Figures are shown by other numbers: `{name}` was {before}, is {after}"
            yield Change("polls", said, then="Tallies go on.")
    yield from _round(old, new)
    if was.until != "" and was.until != now.until:
        days = [f"`{day}`" if day else "not said" for day in (was.until, now.until)]
        said = f"The last day on which votes are sent was {days[0]}, is {days[1]}"
        yield Change("polls", said, then="Packages that learners have already keep to their own.")


def _round(old: Edition, new: Edition) -> Iterator[Change]:
    """Votes are kept by release, which the module's address and its round of polls make up."""
    before, after = old.polls.release, new.polls.release
    if before is None or before == after or (old.id, old.iri) != (new.id, new.iri):
        return
    if any(question.interaction.reports == "poll" for question in new.questions.values()):
        yield Change(
            "round", "Its polls are of a new round: tallies begin anew", Effects(tallies="reset"),
            f"The service keeps votes as `{after}` from now on, which must be opened; they were "
            f"kept as `{before}`.",
            advice="If no new round is meant, give `polls.round` its old value.",
        )  # fmt: skip


def _retired(old: Edition, new: Edition) -> Iterator[Change]:
    """An id that was retired stays so: else learners' oldest answers turn up under it again."""
    for id in old.retired:
        if id in new.retired:
            continue
        is_back = id in _ids(new)
        said = f"`{id}` was retired and is taken up again" if is_back else f"`{id}` was retired"
        yield Change(
            "retired", said, then="Answers from before could turn up under it."
            if is_back else "Nothing keeps it from being taken up again.",
            meaning="surely" if is_back else "", advice=f"Give `{id}` back to `retired`.",
        )  # fmt: skip


def _taken_up(old: Edition, new: Edition, earlier: Sequence[Edition]) -> Iterator[Change]:
    """An id that learners have had, that was gone, and that something has again."""
    last_had = {id: each.edition for each in reversed(earlier) for id in _ever(each)}
    back = [id for id in _ids(new) if id in last_had and id not in _ever(old)]
    for id in (id for id in back if "/" not in id or id.split("/")[0] not in back):
        yield Change(
            "taken-up", f"`{id}` of edition {last_had[id]} was gone, and is taken up again",
            then="What learners answered then turns up under it.", meaning="perhaps",
            advice=f"Give this an id of its own, and `{id}` to `retired`. Only if it is the very "
            "same as then may it stay.", must_decide=True,
        )  # fmt: skip


def _edition(old: Edition, new: Edition) -> Iterator[Change]:
    """An edition is how people name what learners had, so another content has another name."""
    same = (old.model_dump(exclude={"edition"}), new.model_dump(exclude={"edition"}))
    if old.edition == new.edition and same[0] != same[1]:
        said = f"The edition is `{new.edition}` as before, and what stands in it is not"
        yield Change("edition", said, advice="Give it the next edition before you release it.")


def _steps(old: Edition, new: Edition) -> Iterator[Item]:
    before, now = ({step.id: step for step in each.steps} for each in (old, new))
    for id, step in now.items():
        changes = tuple(_step(before[id], step)) if id in before else (_new_step(new, step),)
        if changes:
            yield Item("step", id, step.title, changes)
    gone = Change(
        "removed", "Gone", Effects("partly"), "Who left off on it comes back to the first."
    )
    yield from (Item("step", id, before[id].title, (gone,)) for id in before if id not in now)


def _step_order(old: Edition, new: Edition) -> Iterator[Change]:
    before, now = ([step.id for step in each.steps] for each in (old, new))
    if _order(before, now) != _order(now, before):
        yield Change("reordered", "Its steps have another order", then="Everybody goes on.")


def _new_step(new: Edition, step: Step) -> Change:
    is_needed = step.required or new.complete.when == "all-steps"
    then = f"Learners in progress still have to do it. {STAYS}"
    return Change("added", "New", then=then if is_needed else "It is not needed to complete.")


def _step(old: Step, new: Step) -> Iterator[Change]:
    if old.title != new.title:
        doubt: Meaning = "perhaps" if means_another(old.title, new.title) else ""
        said = f"Was “{old.title}”, is “{new.title}”"
        advice = "If it is another step now, give it a new id." if doubt else ""
        yield Change("reworded", said, meaning=doubt, advice=advice)
    if old.required != new.required:
        said = "It is required now" if new.required else "It is no longer required"
        yield Change("required", said, then=MEASURED)
    before, now = old.asked, new.asked
    if _order(before, now) != _order(now, before):
        yield Change("reordered", "Its questions have another order", then="Answers stay.")


def _order(ids: Iterable[str], among: Iterable[str]) -> list[str]:
    known = set(among)
    return [id for id in ids if id in known]


def _quizzes(old: Edition, new: Edition) -> Iterator[Item]:
    for id, quiz in new.quizzes.items():
        if id in old.questions:
            yield quizzes.turned(quiz, quiz.name, old.questions[id].kind, "quiz")
        elif id not in old.quizzes:
            yield quizzes.added(quiz)
        elif item := quizzes.item(old, new, old.quizzes[id], quiz):
            yield item
    for id, quiz in old.quizzes.items():
        if question := new.questions.get(id):
            yield quizzes.turned(quiz, question.interaction.name, "quiz", question.kind)
        elif id not in new.quizzes:
            yield quizzes.removed(quiz)


def _questions(old: Edition, new: Edition) -> Iterator[Item]:
    for id, question in new.questions.items():
        if id not in old.questions and id not in old.quizzes:
            yield added(question)
        elif id in old.questions and (item := Pair(old, new, old.questions[id], question).item()):
            yield item
    for id, question in old.questions.items():
        if id not in new.questions and id not in new.quizzes:
            yield removed(old, question, _renamed(old, new, question))


def _renamed(old: Edition, new: Edition, gone: Question) -> str:
    """Advice where a question that is gone stands there again under a new id."""
    strangers = (other for id, other in new.questions.items() if id not in old.questions)
    for other in strangers:
        if other.kind == gone.kind and nearly_same(gone.interaction.name, other.interaction.name):
            return (
                f"`{other.id}` reads like it: if it is the same, give it back the id `{gone.id}`."
            )
    return ""


def _to_retire(editions: Iterable[Edition], new: Edition) -> tuple[str, ...]:
    """Ids that learners have had, that nothing has now, and that are not retired yet.

    An option goes with its question: it is named only where that stays.
    """
    had = {id: None for each in editions for id in _ever(each)}
    gone = (id for id in had if id not in _ever(new))
    return tuple(id for id in gone if "/" not in id or id.split("/")[0] in _ids(new))


def _ever(edition: Edition) -> dict[str, None]:
    """All ids that mean something since that edition or before, as far as it says."""
    return _ids(edition) | dict.fromkeys(edition.retired)


def _ids(edition: Edition) -> dict[str, None]:
    """All ids of an edition that learners' records know, in reading order."""
    found: dict[str, None] = {}
    for step in edition.steps:
        found[step.id] = None
        found.update(dict.fromkeys(quiz.id for quiz in step.quizzes))
        for question in step.questions:
            found[question.id] = None
            if question.interaction.type != "likert":
                found.update(dict.fromkeys(f"{question.id}/{id}" for id in question.options))
    return found
