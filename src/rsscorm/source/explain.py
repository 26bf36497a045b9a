"""pydantic's errors, put into an author's words and places.

An error's location is almost the author's path: parts in brackets are ours (a block's kind, the
parts of `- id: words`). Where the author wrote nothing, the place is that of what is above.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterable, Iterator
from difflib import SequenceMatcher, get_close_matches
from functools import cache
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rsscorm.blocks import KINDS
from rsscorm.blocks.base import Item
from rsscorm.blocks.fields import RESERVED_IDS, Authored
from rsscorm.module import Step
from rsscorm.problems import Problem
from rsscorm.source.advice import BELOW, HINTS, MISSING, NAMES, SYNONYMS
from rsscorm.source.migrate import newest
from rsscorm.source.place import IF_COMMENT, WAY_OUT
from rsscorm.source.yaml import Document, Path

TIE = 0.05
"""A difference of likeness that says nothing of which word was meant."""


def explain(error: ValidationError, document: Document, root: type[Authored]) -> list[Problem]:
    """Everything that `error` says of the document, as problems for its author."""
    return [
        problem
        for details in error.errors(include_url=False)
        for problem in explain_one(details, document, root)
    ]


def author_path(location: tuple[str | int, ...], data: Any) -> Path:
    """The author's path to an error's location, ending where nothing more was written."""
    path: list[str | int] = []
    node = data
    for part in location:
        if part in ("(id)", "(words)") and isinstance(node, dict) and node:
            part = next(iter(node))
        if (isinstance(node, dict) and part in node) or (
            isinstance(node, list) and _fits(node, part)
        ):
            path.append(part)
            node = node[part]  # type: ignore[index]
    return tuple(path)


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """A hint that names the nearest of the known words, or says something else."""
    candidates = list(known)
    close = _nearest(word.lower(), candidates)
    if not close and SYNONYMS.get(word.lower()) in candidates:
        close = [SYNONYMS[word.lower()]]
    return f"Did you mean {listed(close, 'or')}?" if close else otherwise


def _nearest(word: str, known: list[str]) -> list[str]:
    """The nearest of the known words, or two where either may be meant."""
    close = get_close_matches(word, known, 2, 0.6)
    near = [SequenceMatcher(None, each, word).ratio() for each in close]
    return close if len(close) == 2 and near[0] - near[1] < TIE else close[:1]


def listed(words: Iterable[str], last: str = "and") -> str:
    """Words in a row, each in backticks, the last after `and`."""
    quoted = [f"`{word}`" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"


class _Case(NamedTuple):
    """One error with all that is needed to tell of it."""

    details: ErrorDetails
    document: Document
    root: type[Authored]
    path: Path

    @property
    def context(self) -> dict[str, Any]:
        return self.details.get("ctx", {})

    @property
    def key(self) -> str:
        """The key that the error is about, as its author wrote it or would have."""
        named = [
            part
            for part in self.details["loc"]
            if isinstance(part, str) and not part.startswith(("(", "["))
        ]
        return named[-1] if named else ""

    def told(self, code: str, message: str, hint: str = "") -> list[Problem]:
        """A problem with the value, or with the key itself where that is the id."""
        if self.details["loc"][-1:] in (("(id)",), ("[key]",)):
            return self.told_of_key(code, message, hint)
        return [self.document.about_value(self.path, code, message, hint)]

    def told_of_key(self, code: str, message: str, hint: str = "") -> list[Problem]:
        """A problem with the key."""
        return [self.document.problem(self.path, code, message, hint)]


def explain_one(details: ErrorDetails, document: Document, root: type[Authored]) -> list[Problem]:
    """What one error says, as problems for the document's author."""
    path = author_path(details["loc"], document.data)
    case = _Case(details, document, root, path)
    is_about_key = details["type"] in ("extra_forbidden", "missing", "unknown-kind")
    if path in document.empty and not is_about_key:
        return []  # said already, once for all keys without a value
    if fault := TELL.get(details["type"]):
        return fault(case)
    return case.told(
        details["type"], details["msg"], case.context.get("hint") or HINTS.get(details["type"], "")
    )


def _unknown_key(case: _Case) -> list[Problem]:
    key = str(case.details["loc"][-1])
    models = models_at(case.root, case.details["loc"][:-1])
    known = sorted({name for model in models for name in keys(model)})
    what = name_of(models)
    if key in known:
        return case.told_of_key("unknown-key", f"`{key}` belongs beside a key that isn't here",
                         f"Add what it belongs to, or delete `{key}`.")  # fmt: skip
    if key.endswith(" (again)"):
        return []
    otherwise = f"Its keys are {listed(known)}." if known else f"Delete `{key}`."
    if issubclass(models[0], Item) and key not in RESERVED_IDS:
        otherwise = "Is a `- ` missing at the beginning of this line? Each has a line of its own."
        otherwise = f"{otherwise} Or delete `{key}`."
    elif key in KINDS and issubclass(models[0], Step):
        otherwise = f"A block stands in the list below `blocks:`, as `- {key}: ...`."
    hint = did_you_mean(key, known, otherwise)
    return case.told_of_key("unknown-key", f"`{key}` isn't a key of {what}", hint)


def _missing(case: _Case) -> list[Problem]:
    key = str(case.details["loc"][-1])
    if key == "(words)":
        return case.told_of_key("empty", "nothing is written here")
    what = name_of(models_at(case.root, case.details["loc"][:-1]))
    return case.told_of_key(
        "missing-key", f"`{key}` is missing from {what}", MISSING.get(key, f"Add `{key}`.")
    )


def _unknown_kind(case: _Case) -> list[Problem]:
    kinds = case.context["kinds"].split(",")
    value = case.details["input"]
    if not isinstance(value, dict) or not value:
        return case.told_of_key(
            "not-keys",
            "a block belongs here, which begins with the key that names its kind",
            f"The kinds are {listed(kinds)}.",
        )
    first = next(iter(value))
    case = case._replace(path=(*case.path, first))
    if inside := [key for key in value if key in kinds]:
        return case.told_of_key(
            "kind-first",
            f"this block begins with `{first}`, not with the key that names its kind",
            f"Put `{inside[0]}` first.",
        )
    if first in KINDS:
        return case.told_of_key(
            "unknown-kind", f"`{first}` can't stand in a quiz", f"What can are {listed(kinds)}."
        )
    hint = did_you_mean(first, kinds, f"The kinds are {listed(kinds)}.")
    return case.told_of_key("unknown-kind", f"`{first}` isn't a kind of block", hint)


def _format(given: str) -> tuple[str, str]:
    """What is wrong with the version of a module's format, and what to do."""
    if not given.isdecimal() or given == "0":
        return f"the format's version is a number, {newest()} in this rsscorm", (
            f"Write `rsscorm: {newest()}`."
        )
    if int(given) < newest():
        return f"format {given} is older than this rsscorm's, {newest()}", (
            "Run `rsscorm migrate`: it edits the module, and keeps your comments."
        )
    message = f"this module is written in format {given}, and this rsscorm reads format {newest()}"
    return message, (
        f"Install a newer rsscorm. If `{given}` was a slip, write `rsscorm: {newest()}`."
    )


def _literal(case: _Case) -> list[Problem]:
    expected = case.context["expected"].replace(" or ", ", ").split(", ")
    known = [word.strip("'") for word in expected]
    if case.key == "rsscorm":
        return case.told("bad-format", *_format(str(case.details["input"])))
    allowed = f"It can be {listed(known, 'or')}."
    if not isinstance(case.details["input"], str):
        return case.told("not-one-of", f"`{case.key}` is one word", allowed)
    hint = did_you_mean(case.details["input"], known, allowed)
    return case.told("not-one-of", f"`{case.key}` can't be `{case.details['input']}`", hint)


def _not_keys(case: _Case) -> list[Problem]:
    models = models_at(case.root, case.details["loc"])
    if below := BELOW.get(models[0].__name__):
        return case.told("not-keys", f"`{case.key}` has keys of its own: {listed(keys(models[0]))}",
                         f"Write `{case.key}:` and on the next lines, further in, "
                         f"{listed(below)}.")  # fmt: skip
    return case.told("not-keys", "keys and values belong here, not text or a list",
                     "Write each `key: value` on a line of its own, further in.")  # fmt: skip


def _not_list(case: _Case) -> list[Problem]:
    return case.told("not-a-list", "a list belongs here",
                     "Write each item on a line of its own that begins with `- `.")  # fmt: skip


def _too_few(case: _Case) -> list[Problem]:
    least, given = case.context["min_length"], case.details["input"]
    has_ids = issubclass(models_at(case.root, case.details["loc"])[0], Item)
    if has_ids and isinstance(given, list) and any(_holds_two(item) for item in given):
        return []  # told of as an unknown key
    if isinstance(given, (list, dict)) and len(given) >= least:
        return []  # only those that are wrong are missing, and each is told of by itself
    return case.told("too-few", f"`{case.key}` needs at least {least}",
                     f"Write {least} or more, each on a line of its own.")  # fmt: skip


def _holds_two(item: Any) -> bool:
    """Whether an item holds what seem to be two, for want of a dash."""
    return isinstance(item, dict) and len(set(item) - RESERVED_IDS) > 1


def _too_many(case: _Case) -> list[Problem]:
    most = case.context["max_length"]
    if isinstance(case.details["input"], str):
        return case.told(
            "too-long", f"`{case.key}` can have at most {most} characters", "Shorten it."
        )
    return case.told(
        "too-many",
        f"`{case.key}` can have at most {most}",
        "Leave some out, or make two blocks of it.",
    )


def _too_small(case: _Case) -> list[Problem]:
    least = case.context["ge"]
    protects = "It protects the people who answer, so it may only be raised."
    hint = protects if case.key in ("least", "step") else "Raise it."
    return case.told("out-of-range", f"`{case.key}` must be at least {least:g}", hint)


def _too_large(case: _Case) -> list[Problem]:
    return case.told(
        "out-of-range", f"`{case.key}` must be at most {case.context['le']:g}", "Lower it."
    )


def _faults(case: _Case) -> list[Problem]:
    """Problems inside a text, each at its own place in it."""
    return [
        case.document.inside(case.path, fault.offset, fault.code, fault.message, fault.hint)
        for fault in case.context["faults"]
    ]


def _cut(case: _Case) -> list[Problem]:
    """Words that YAML would drop, at the place where it begins to."""
    place, why = case.context["place"], case.details["msg"]
    hint = HINTS["cut-prose"] if why.startswith("inside") else WAY_OUT + IF_COMMENT
    return [case.document.at(place[0], place[1], "cut-prose", why, hint)]


def _not_an_item(case: _Case) -> list[Problem]:
    """An option without its id, which its words may suggest."""
    words = case.details["input"]
    if not isinstance(words, str):
        return case.told("not-an-item", case.details["msg"], HINTS["not-an-item"])
    if colonless := re.fullmatch(r"([a-z0-9-]{1,40}) ([A-Z].*)", words):
        return case.told("not-an-item", "the colon after the id is missing",
                         f"Write `- {colonless[1]}: {colonless[2]}`.")  # fmt: skip
    return case.told("not-an-item", "an id and its words belong here",
                     f"Write an id that never changes before the words: `- {id_from(words)}: "
                     f"{words}`.")  # fmt: skip


def _bad_id(case: _Case) -> list[Problem]:
    given = case.details["input"]
    if case.key == "answer" and isinstance(given, list):
        one = given[0] if given and isinstance(given[0], str) else "its-id"
        return case.told("not-text", "a `choice` has one answer, without brackets",
                         f"Write `answer: {one}`. Where several are right, use "
                         "`choices`.")  # fmt: skip
    such_as = _such_as(given, "/" in case.details["msg"])
    return case.told("bad-id", case.details["msg"], f"Such as `{such_as}`.")


def _such_as(given: Any, may_have_two: bool) -> str:
    """An id like what was given; `question/option` where that can stand."""
    if not isinstance(given, str):
        return "early-sign"
    return "/".join(map(id_from, given.split("/"))) if may_have_two else id_from(given)


def id_from(words: str) -> str:
    """An id that is made of words, as an author might choose it."""
    found = re.findall(r"[a-z0-9]+", words.lower())
    return "-".join(found)[:40].strip("-") or "early-sign"


def _is_a_file(case: _Case) -> list[Problem]:
    path = case.details["input"]
    return case.told("not-text", "the text is only the name of a file",
                     f"To show what is in it, write `{case.key}: {{from: {path}}}`.")  # fmt: skip


TELL: dict[str, Callable[[_Case], list[Problem]]] = {
    "extra_forbidden": _unknown_key,
    "missing": _missing,
    "unknown-kind": _unknown_kind,
    "literal_error": _literal,
    "model_type": _not_keys,
    "model_attributes_type": _not_keys,
    "dict_type": _not_keys,
    "tuple_type": _not_list,
    "too_short": _too_few,
    "too_long": _too_many,
    "greater_than_equal": _too_small,
    "less_than_equal": _too_large,
    "prose": _faults,
    "cut-prose": _cut,
    "not-an-item": _not_an_item,
    "bad-id": _bad_id,
    "is-a-file": _is_a_file,
}
"""What is told of each type of error; the rest are our own and speak for themselves."""


def _fits(node: list[Any], part: Any) -> bool:
    return isinstance(part, int) and part < len(node)


def models_at(root: type[Authored], location: tuple[str | int, ...]) -> list[type[Authored]]:
    """The kinds of thing that may stand at a location."""
    models: list[type[Authored]] = [root]
    for part in location:
        if isinstance(part, str) and part.strip("()") in KINDS and part.startswith("("):
            models = [KINDS[part.strip("()")]]
        elif isinstance(part, str):
            below = [inner for model in models for inner in _models_below(model, part)]
            models = below or models
    return models


def _models_below(model: type[Authored], key: str) -> list[type[Authored]]:
    for field in model.model_fields.values():
        if field.alias == key:
            return list(models_in(field.annotation))
    return []


def models_in(annotation: Any) -> Iterator[type[Authored]]:
    """The models inside a field's type."""
    if isinstance(annotation, type) and issubclass(annotation, Authored):
        yield annotation
    elif get_origin(annotation) in (Annotated, Union, tuple, dict, types.UnionType):
        for inner in get_args(annotation):
            yield from models_in(inner)


@cache
def keys(model: type[Authored]) -> tuple[str, ...]:
    """The keys that an author may write in a thing, those of its picture or film too."""
    found: list[str] = []
    for field in model.model_fields.values():
        alias = field.alias or ""
        if not alias.startswith("("):
            found.append(alias)
        elif alias not in ("(id)", "(words)", "(votes)"):
            found += [key for inner in models_in(field.annotation) for key in keys(inner)]
    return tuple(found)


def name_of(models: list[type[Authored]]) -> str:
    """What an author calls a thing, with its article."""
    model = models[0]
    kind = getattr(model, "kind", None)
    if kind:
        return f"`{kind}`"
    name = NAMES.get(model.__name__, model.__name__.lower())
    return name if name.startswith("`") else f"an {name}" if name[0] in "aeiou" else f"a {name}"
