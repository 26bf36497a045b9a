"""xAPI statements, built by the same rules as the player's `statement.ts`.

Both are tested against `tests/statements/*.json`. This is the one module that knows tincan: its
models build and check, and what leaves is plain JSON. Clauses are those of xAPI 1.0.3, Part Two.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from tincan import (
    Activity,
    ActivityDefinition,
    Agent,
    AgentAccount,
    Context,
    ContextActivities,
    InteractionComponent,
    Result,
    Score,
    Statement,
    StatementRef,
    Verb,
)

from rsscorm.interaction import Component, Interaction

LifecycleVerb = Literal["initialized", "completed", "passed", "terminated"]

NAMESPACE = uuid.UUID("6f1c0a52-6b0e-5d7e-9d3b-5f2f6c1e9a40")
"""Under which names become ids of statements and of our own profile. Never changes."""

POLL_PROFILE = uuid.uuid5(NAMESPACE, "profiles/poll/1").urn
"""The category of votes, by which the statements of polls can be told from those of questions."""

VOTE_EXTENSION = uuid.uuid5(NAMESPACE, "extensions/vote/1").urn
"""Where a vote's context holds what xAPI has no place for: release, vote, rev and cohort."""

VERBS = "http://adlnet.gov/expapi/verbs/"
TYPES = "http://adlnet.gov/expapi/activities/"
VERSION = "1.0.3"

_LISTS = {
    "choice": "choices",
    "sequencing": "choices",
    "likert": "scale",
    "performance": "steps",
    "matching": "source",
}
"""Where each interaction type keeps its components (2.4.4.1)."""


@dataclass(frozen=True, slots=True)
class Named:
    """An activity of ours: its permanent IRI and its words."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Setting:
    """What the statements of one learner's registration have in common.

    `activity` is the module (in a launch, the launched activity), `edition` becomes the context's
    revision (2.4.6.5); `grouping` is an activity that the launch asks every statement to name.
    """

    actor: dict[str, Any]
    registration: str
    activity: Named
    language: str
    edition: str
    platform: str | None = None
    grouping: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What was answered: ids, whether right (None where nothing is), and seconds it took."""

    response: tuple[str, ...]
    right: bool | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What a vote is given to, in the standard's words: a poll, or the choice before it."""

    module: str
    activity: str
    type: Literal["choice", "likert"]
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote, as the poll service's log has it; `voter` is a pseudonym, `at` in unix seconds."""

    release: str
    poll: str
    vote: int
    voter: bytes
    rev: int
    option: str
    cohort: str | None
    at: int

    @property
    def id(self) -> str:
        """The id of its statement: the same vote always has the same one."""
        return named_id("vote", self.release, self.poll, self.vote, self.voter.hex(), self.rev)


def named_id(*parts: object) -> str:
    """The UUID (version 5) that a statement has by what it is about, so that it exists once."""
    return str(uuid.uuid5(NAMESPACE, "|".join(map(str, parts))))


def answered(
    setting: Setting,
    id: str,
    at: str,
    step: Named,
    block: tuple[str, Interaction],
    *,
    tolerance: float = 0,
    vote: bool = False,
    told: Told | None = None,
) -> dict[str, Any]:
    """Say that a question was answered, a scenario brought to an end, or a vote cast.

    `block` is the question's IRI and interaction; `told` is None where only the fact may be
    told. `id` and `at` (UTC, ISO 8601) are kept by the caller, so that sending again changes
    nothing (2.4.1, 2.4.7).
    """
    iri, interaction = block
    groups = [_activity(setting.activity, "module", setting.language), *_launch_group(setting)]
    activities = ContextActivities(
        parent=[_activity(step, "lesson", setting.language)],
        grouping=groups,
        category=[Activity(id=POLL_PROFILE)] if vote else None,
    )
    definition = _definition(interaction, setting.language, tolerance, vote)
    statement = Statement(
        actor=_actor(setting),
        verb=_verb("answered"),
        object=Activity(id=iri, definition=definition),
        result=_result(interaction, told) if told else None,
        context=_context(setting, activities),
    )
    return _sent(statement, id, at, told.seconds if told else None)


def lifecycle(
    setting: Setting,
    id: str,
    at: str,
    verb: LifecycleVerb,
    *,
    seconds: float | None = None,
    score: int | None = None,
) -> dict[str, Any]:
    """Say that the module was begun, completed, passed or left; `score` is a whole per cent."""
    groups = _launch_group(setting)
    statement = Statement(
        actor=_actor(setting),
        verb=_verb(verb),
        object=_activity(setting.activity, "module", setting.language),
        result=_outcome(verb, score, timed=seconds is not None),
        context=_context(setting, ContextActivities(grouping=groups) if groups else None),
    )
    return _sent(statement, id, at, seconds)


def voted(service: str, asked: Asked, vote: Vote) -> dict[str, Any]:
    """Say, in the poll service's own name, how a pseudonym of its voted.

    Words and languages stay in the package: the options are told by their ids.
    """
    activities = ContextActivities(
        grouping=[Activity(id=asked.module)], category=[Activity(id=POLL_PROFILE)]
    )
    statement = Statement(
        actor=_account(service, vote.voter.hex()),
        verb=_verb("answered"),
        object=Activity(id=asked.activity, definition=_asked(asked)),
        result=Result(response=vote.option),
        context=Context(
            context_activities=activities, extensions={VOTE_EXTENSION: _particulars(vote)}
        ),
    )
    return _sent(statement, vote.id, _moment(vote.at), None)


def voided(service: str, id: str, at: int) -> dict[str, Any]:
    """Take back a statement of the poll service (2.3.2); the LRS keeps it, and shows it no more."""
    statement = Statement(
        actor=_account(service, "service"), verb=_verb("voided"), object=StatementRef(id=id)
    )
    return _sent(statement, named_id("void", id), _moment(at), None)


def duration(seconds: float) -> str:
    """Write seconds as ISO 8601 (4.6), with two decimals at most."""
    hundredths = math.floor(max(0.0, seconds) * 100 + 0.5)
    return f"PT{hundredths / 100:.2f}".rstrip("0").rstrip(".") + "S"


def _sent(statement: Statement, id: str, at: str, seconds: float | None) -> dict[str, Any]:
    """Put a statement in the form that travels, with times written as the player writes them."""
    data: dict[str, Any] = statement.as_version(VERSION)
    # The LRS sets the version itself; tincan always writes it, and times in its own way.
    data = {"id": id, "timestamp": at, **{key: data[key] for key in data if key != "version"}}
    if seconds is not None:
        data["result"]["duration"] = duration(seconds)
    return data


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _account(service: str, name: str) -> Agent:
    return Agent(account=AgentAccount(home_page=service, name=name))


def _particulars(vote: Vote) -> dict[str, Any]:
    cohort = {"cohort": vote.cohort} if vote.cohort else {}
    return {"release": vote.release, "vote": vote.vote, "rev": vote.rev, **cohort}


def _asked(asked: Asked) -> ActivityDefinition:
    options = [InteractionComponent(id=option) for option in asked.options]
    return ActivityDefinition(
        type=f"{TYPES}cmi.interaction",
        interaction_type=asked.type,
        **{_LISTS[asked.type]: options},
    )


def _actor(setting: Setting) -> Agent:
    return Agent(setting.actor)


def _verb(name: str) -> Verb:
    return Verb(id=VERBS + name, display={"en": name})


def _activity(named: Named, type: str, language: str) -> Activity:
    definition = ActivityDefinition(name={language: named.name}, type=TYPES + type)
    return Activity(id=named.id, definition=definition)


def _launch_group(setting: Setting) -> list[Activity]:
    return [Activity(id=setting.grouping)] if setting.grouping else []


def _context(setting: Setting, activities: ContextActivities | None) -> Context:
    return Context(
        registration=setting.registration,
        context_activities=activities,
        revision=setting.edition,
        platform=setting.platform,
        language=setting.language,
    )


def _components(items: Sequence[Component], language: str) -> list[InteractionComponent]:
    return [InteractionComponent(id=item.id, description={language: item.text}) for item in items]


def _definition(
    interaction: Interaction, language: str, tolerance: float, vote: bool
) -> ActivityDefinition:
    lists: dict[str, Any] = {}
    if name := _LISTS.get(interaction.type):
        lists[name] = _components(interaction.components, language)
    if interaction.type == "matching":
        lists["target"] = _components(interaction.targets, language)
    if interaction.correct and not vote:
        lists["correct_responses_pattern"] = [_pattern(interaction, tolerance)]
    return ActivityDefinition(
        name={language: interaction.name},
        type=f"{TYPES}cmi.interaction",
        interaction_type=interaction.type,
        **lists,
    )


def _result(interaction: Interaction, told: Told) -> Result:
    return Result(response=_response(interaction, told.response), success=told.right)


def _outcome(verb: LifecycleVerb, score: int | None, timed: bool) -> Result | None:
    reached = verb in ("completed", "passed")
    if not (reached or timed or score is not None):
        return None
    marks = None if score is None else Score(scaled=score / 100, raw=score, min=0, max=100)
    return Result(
        score=marks,
        success=True if verb == "passed" else None,
        completion=True if reached else None,
    )


def _response(interaction: Interaction, ids: Sequence[str]) -> str:
    """Response patterns (2.4.4.1): `[,]` between items, `[.]` within a pair."""
    pairs = interaction.type in ("matching", "performance")
    return "[,]".join(id.replace(".", "[.]", 1) if pairs else id for id in ids)


def _pattern(interaction: Interaction, tolerance: float) -> str:
    """The right response; a number's as a range `[:]` where some distance is allowed."""
    correct = interaction.correct or ()
    if interaction.type != "numeric" or not tolerance:
        return _response(interaction, correct)
    ends = (float(correct[0]) - tolerance, float(correct[0]) + tolerance)
    return "[:]".join(f"{round(end, 6):g}" for end in ends)
