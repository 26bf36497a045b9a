"""What is wrong with a source, told to the person who wrote it.

A `Problem` is data: nothing here prints or exits. Stages collect all they find and raise
`ProblemsFound` once, so that an author sees everything in one run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

CODES = {
    # The file as text
    "file-empty": "nothing is in the file",
    "file-too-large": "a text file of more than 4 MiB",
    "not-utf8": "a text that isn't UTF-8",
    "control-character": "an invisible character that no page can hold",
    "secret": "a key, password or token where anybody could read it",
    # YAML
    "tab": "a tab where YAML allows only spaces",
    "indentation": "a line that begins in the wrong column",
    "missing-dash": "an item of a list without the `- ` before it",
    "missing-space": "a colon without the space after it",
    "quoted-start": "text that begins with a quotation and goes on after it",
    "special-start": "text that begins with a mark that means something to YAML",
    "unclosed-quote": "a quotation mark that is never closed",
    "unclosed-bracket": "a bracket that is not closed",
    "bad-escape": "a backslash in double quotes with nothing sensible behind it",
    "colon-in-text": "text with a colon and a space in it",
    "cut-prose": "prose of which YAML would drop some words",
    "yaml-syntax": "anything else that YAML can't read",
    "anchor": "an anchor (`&name`)",
    "alias": "a reference to an anchor (`*name`)",
    "tag": "a tag (`!name`)",
    "directive": "a line that begins with `%`",
    "several-documents": "a second document in one file",
    "complex-key": "a list or braces where a key belongs",
    "duplicate-key": "a key that stands twice",
    "too-deep": "more than 40 levels",
    # Keys and values
    "empty": "a key with nothing behind it",
    "unknown-key": "a key that the format doesn't have there",
    "missing-key": "a key that must be there",
    "unknown-kind": "a kind of block that the format doesn't have",
    "kind-first": "a block whose first key doesn't name its kind",
    "not-keys": "text or a list where keys belong",
    "not-a-list": "text or keys where a list belongs",
    "not-text": "a list or keys where words belong",
    "not-an-item": "an option without its id",
    "not-a-number": "something else where a number belongs",
    "not-true-or-false": "something else where `true` or `false` belongs",
    "not-one-of": "a word that is none of those that can stand there",
    "out-of-range": "a number too large or too small",
    "too-few": "a list with too little in it",
    "too-many": "a list with too much in it",
    "too-long": "a text with too many characters",
    "bad-format": "a version of the format that this tool doesn't read",
    "bad-id": "an id with other characters than a to z, 0 to 9 and `-`",
    "reserved-id": "a key of the format used as an id",
    "bad-edition": "an edition with other characters than a to z, 0 to 9, `.` and `-`",
    "bad-language": "something that is no language tag",
    "bad-date": "a day that no calendar has, or two in the wrong order",
    "bad-point": "a point of a picture that isn't two numbers",
    "not-yet": "a part of the format that a later version brings",
    "not-https": "an address that doesn't begin with https://",
    "not-an-email": "something that is no e-mail address",
    "not-a-colour": "something that is no colour",
    "not-a-font": "something that is no list of fonts",
    "not-a-weight": "something that is no weight of a font",
    "not-pixels": "something that is no length in pixels",
    "contrast": "two colours of a theme that can't be told apart well enough",
    # What must be there for everyone
    "alt-text": "a picture without words for those who can't see it",
    "perspective-form": "a perspective without exactly one of text, video and audio",
    "poll-form": "a poll without exactly one of options, labels and first",
    # References and sums
    "module-id": "a module whose id is not its folder's name",
    "no-module": "a module that isn't there",
    "no-theme": "a theme that isn't there",
    "theme-circle": "themes that extend each other",
    "duplicate-id": "an id that stands twice",
    "retired-id": "an id that is retired and stands here again",
    "unknown-id": "a reference to something that isn't there",
    "wrong-reference": "a reference to the wrong kind of block",
    "not-earlier": "a reference to something later that must come first",
    "not-later": "a reference to something earlier that must come after",
    "circle": "blocks that wait for each other",
    "vote-with-answer": "a first vote with a right answer",
    "no-answer": "feedback on right and wrong without a right answer",
    "unknown-scene": "a scene that isn't there",
    "scene-unreached": "a scene that no option leads to",
    "scene-loop": "an option that leads back",
    "draw": "more questions drawn than there are",
    "no-scored-question": "a pass mark without a question that counts",
    "nothing-required": "required steps where none is required",
    "code-clash": "two ids that would be the same in resume data",
    "resume-too-long": "more answers than an LMS can keep",
    "review-due": "a review that is due soon (a warning)",
    "review-past": "a review that is overdue (a warning)",
    # Files
    "path-outside": "a path out of the module's folder",
    "path-form": "a path that isn't written plainly",
    "link-outside": "a link that leads out of the module's folder",
    "windows-name": "a name that Windows can't have",
    "names-clash": "two names that are one where case doesn't count",
    "file-missing": "a file that isn't there",
    "file-case": "a path in the wrong case",
    "not-a-file": "a folder where a file belongs",
    "file-type": "a kind of file that can't be used there",
    "file-content": "a file that isn't what its name says",
    "picture-too-large": "a picture of more than 50 million pixels",
    "doctype": "a drawing with a DOCTYPE",
    "svg-active": "a drawing that does more than draw",
    "svg-size": "a drawing without its size",
    "captions": "captions that players can't show",
    "pilot-figures": "figures of a pilot that don't fit its poll",
    "packed-figures": "a `figures.json` that doesn't fit the module's polls",
    "figures-gone": "figures of a poll or an option that is no more (a warning)",
    # Text
    "raw-html": "HTML in a text",
    "unsafe-link": "a link to where no link may lead",
    "broken-link": "a link without its address",
    "no-room": "a list, a heading or a second paragraph where there is no room for one",
    "unknown-value": "a `{name}` that a deployment has no value for",
    "lone-brace": "a brace that holds no name",
    # What a good author would ask (warnings)
    "minutes-of-step": "minutes that a step's words, films and questions don't take",
    "minutes-sum": "minutes of a module that aren't those of its steps together",
    "no-question": "a step to reflect that asks nothing",
    "longest-answer": "right options that are the longest in every question",
    "captions-length": "captions that don't end with their film",
    "alt-repeats": "words for those who can't see a picture that repeat its caption",
    "capitals": "a title all in capitals",
    "same-title": "two steps with one title",
    "link-words": "a link whose words don't say where it leads",
    # While building
    "bad-picture": "a picture that can't be decoded, or that moves",
    "theme-template": "a template of a theme that can't be used",
    "same-package": "two modules whose packages would have the same name",
    "changed-meanwhile": "a media file that was changed while it was being packed",
    "released-edition": "an edition that was released with other content (a warning)",
}  # fmt: skip
"""What each code means."""

WHILE_BUILDING = frozenset({
    "bad-picture", "theme-template", "same-package", "changed-meanwhile", "released-edition",
})  # fmt: skip
"""Codes that only a build can find; their cases are in the tests of the build."""

LINTS = frozenset({
    "minutes-of-step", "minutes-sum", "no-question", "longest-answer", "captions-length",
    "alt-repeats", "capitals", "same-title", "link-words",
})  # fmt: skip
"""Codes of what `rsscorm check` asks and a build doesn't."""

WARNINGS = LINTS | {"review-due", "review-past", "figures-gone", "released-edition"}
"""Codes that are worth saying but never stop a build."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend: where it is, what was expected, and what to do next.

    `file` is relative to the workspace, with forward slashes; `line` and `column` count from 1
    (0 where the file as a whole is meant); `excerpt` is the author's own line, for showing.
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    excerpt: str = ""

    @property
    def is_warning(self) -> bool:
        """Whether a build may go on in spite of it."""
        return self.code in WARNINGS

    def as_json(self) -> dict[str, str | int]:
        """The six keys that `rsscorm check --json` promises."""
        data = asdict(self)
        return {key: data[key] for key in ("code", "file", "line", "column", "message", "hint")}


def stop(problems: Iterable[Problem]) -> bool:
    """Whether any of these problems stops a build."""
    return any(not problem.is_warning for problem in problems)


class ProblemsFound(Exception):  # noqa: N818 (they are the author's, no error of ours)
    """Raised at the end of a stage that found errors; carries them all, sorted by place.

    Raises `ValueError` without any: a stage that gives up must say why.
    """

    def __init__(self, problems: list[Problem]) -> None:
        if not problems:
            raise ValueError("a stage gave up and named no problem")
        self.problems = sorted(problems)
        super().__init__(f"{len(self.problems)} problems")
