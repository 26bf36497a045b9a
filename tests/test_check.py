"""An author checks a workspace: everything that is wrong, at once, where it is."""

from __future__ import annotations

import io
import shutil
from datetime import date
from pathlib import Path

import examples
import pytest
from examples import GOOD, write

from rsscorm.problems import Problem, ProblemsFound
from rsscorm.source import check, read_module, read_workspace
from rsscorm.source.report import show, summary


def codes(problems: list[Problem]) -> list[str]:
    """The codes of problems, in order."""
    return [problem.code for problem in problems]


@pytest.mark.parametrize("name", examples.names_of_modules())
def test_the_project_s_own_modules_are_right(name: str, tmp_path: Path) -> None:
    """Nothing is to be mended in the modules that the project ships."""
    shutil.copytree(examples.ROOT / "modules" / name, tmp_path / "modules" / name)
    assert check(tmp_path, today=date(2026, 6, 1)) == []


def test_all_problems_of_all_modules_are_told_at_once(tmp_path: Path) -> None:
    """A slip in the settings, a broken module and a wrong one are told in one run, in order."""
    (tmp_path / "rsscorm.yaml").write_text("value: {lead: A lead}\n")
    write(tmp_path, "a-first", GOOD.replace("title: An example", 'title: "An" example'))
    write(tmp_path, "b-second", GOOD.replace("title: An example", "titel: An example"))
    write(tmp_path, "c-third", GOOD)
    found = [(problem.file, problem.line, problem.code) for problem in check(tmp_path)]
    assert found == [
        ("modules/a-first/module.yaml", 4, "quoted-start"),
        ("modules/b-second/module.yaml", 1, "missing-key"),
        ("modules/b-second/module.yaml", 4, "unknown-key"),
        ("rsscorm.yaml", 1, "unknown-key"),
    ]


def test_one_module_alone(tmp_path: Path) -> None:
    """An author who names a module hears of that one, and of one that isn't there."""
    write(tmp_path, "a-first", GOOD.replace("minutes: 1", "minutes: five"))
    write(tmp_path, "b-second", GOOD)
    assert check(tmp_path, ["b-second"]) == []
    (problem,) = check(tmp_path, ["b-secund"])
    assert (problem.code, problem.hint) == ("no-module", "Did you mean `b-second`?")


def test_references_are_checked_though_something_else_is_wrong(tmp_path: Path) -> None:
    """A wrong key in one block hides neither its id from others nor their own mistakes."""
    write(
        tmp_path, "a-first",
        GOOD + "      - note: Why?\n        id: why\n        wrods: 60\n"
        "      - perspectives:\n          - nurse: A nurse\n            text: Words.\n"
        "        id: voices\n        after: why\n"
        "      - perspectives:\n          - nurse: A nurse\n            text: Words.\n"
        "        id: more\n        after: whi\n",
    )  # fmt: skip
    found = [(problem.line, problem.code) for problem in check(tmp_path)]
    assert found == [(19, "unknown-key"), (29, "unknown-id")]


def test_a_problem_in_a_file_is_told_in_that_file_and_once(tmp_path: Path) -> None:
    """A Markdown file used twice has its problem once, at its own line."""
    path = write(tmp_path, "a-first", GOOD + "      - text: {from: see.md}\n" * 2)
    (path.parent / "see.md").write_text("One.\n\nTwo <b>three</b>.\n")
    (problem,) = check(tmp_path)
    assert (problem.file, problem.line, problem.column) == ("modules/a-first/see.md", 3, 5)


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("      - text: Some <b>words\n", (17, 20)),
        ('      - text: "Some <b>words"\n', (17, 21)),
        ("      - text: |\n          One.\n\n          Two <b>words\n", (20, 15)),
        ("      - text: Some\n          more <b>words\n", (18, 16)),
    ],
)
def test_a_place_inside_a_text(written: str, place: tuple[int, int], tmp_path: Path) -> None:
    """What is wrong in the middle of a text is told at its line and column, however it is typed."""
    write(tmp_path, "a-first", GOOD + written)
    (problem,) = check(tmp_path)
    assert (problem.line, problem.column) == place


def test_a_review_that_is_due_is_only_a_warning(tmp_path: Path) -> None:
    """A near or past review is said, and a build goes on."""
    review = "reviewed: {by: A lead, on: 2026-01-01, next: 2026-07-01}\n"
    write(tmp_path, "a-first", GOOD.replace("complete:", review + "complete:"))
    workspace = read_workspace(tmp_path)
    for today, expected in (
        (date(2026, 5, 1), []),
        (date(2026, 5, 2), ["review-due"]),
        (date(2026, 7, 1), ["review-due"]),
        (date(2026, 7, 2), ["review-past"]),
    ):
        _, warnings = read_module(workspace, "a-first", today)
        assert codes(warnings) == expected


def test_an_error_stops_a_build(tmp_path: Path) -> None:
    """Reading a module that is wrong raises all that is wrong with it."""
    write(tmp_path, "a-first", GOOD.replace("minutes: 1", "minutes: five"))
    with pytest.raises(ProblemsFound) as caught:
        read_module(read_workspace(tmp_path), "a-first")
    assert codes(caught.value.problems) == ["not-a-number", "not-a-number"]


def test_an_unreadable_workspace_file_lets_names_pass(tmp_path: Path) -> None:
    """While rsscorm.yaml can't be read, no module is blamed for the values it names."""
    (tmp_path / "rsscorm.yaml").write_text("values: {lead: *lead}\n")
    write(tmp_path, "a-first", GOOD.replace("Words.", "Ask {lead}."))
    assert {problem.file for problem in check(tmp_path)} == {"rsscorm.yaml"}


def test_a_module_that_is_a_link_out(tmp_path: Path) -> None:
    """A `module.yaml` that is a link to somewhere else is refused unread."""
    outside = tmp_path / "outside.yaml"
    outside.write_text(GOOD)
    (tmp_path / "modules/a-first").mkdir(parents=True)
    (tmp_path / "modules/a-first/module.yaml").symlink_to(outside)
    assert codes(check(tmp_path)) == ["link-outside"]


def test_an_invisible_character_in_a_file_beside(tmp_path: Path) -> None:
    """What a page can't hold is refused in Markdown and captions as in the module itself."""
    path = write(tmp_path, "a-first", GOOD + "      - text: {from: see.md}\n")
    (path.parent / "see.md").write_text("One.\n\nTwo\x0bthree.\n")
    (problem,) = check(tmp_path)
    assert (problem.file, problem.line, problem.code) == (
        "modules/a-first/see.md", 3, "control-character",
    )  # fmt: skip


def test_a_report_in_colour(tmp_path: Path) -> None:
    """A terminal gets colours; a file and `--json` never do."""
    write(tmp_path, "a-first", GOOD.replace("minutes: 1", "minutes: five", 1))
    problems = check(tmp_path)
    coloured, plain = io.StringIO(), io.StringIO()
    show(problems, coloured, color=True)
    show(problems, plain)
    assert "\x1b[31mnot-a-number" in coloured.getvalue()
    assert "\x1b" not in plain.getvalue()
    assert summary(problems) == "1 problem in 1 file."


def test_a_problem_as_data(tmp_path: Path) -> None:
    """What editors and scripts get of a problem."""
    write(tmp_path, "a-first", GOOD.replace("minutes: 1", "minutes: five", 1))
    (problem,) = check(tmp_path)
    assert problem.as_json() == {
        "code": "not-a-number",
        "file": "modules/a-first/module.yaml",
        "line": 6,
        "column": 10,
        "message": "a whole number such as 5 belongs here",
        "hint": "Write it in figures alone, with no unit or sign.",
    }


def test_a_long_line_is_shown_around_its_problem(tmp_path: Path) -> None:
    """A paragraph on one line is shown where the problem is, with the caret below it."""
    write(tmp_path, "a-first", GOOD.replace("Words.", "word " * 60 + "<b>" + " word" * 60))
    stream = io.StringIO()
    show(check(tmp_path), stream)
    lines = stream.getvalue().splitlines()
    assert lines[2].index("<b>") == lines[3].index("^")
    assert max(map(len, lines)) <= 100


def test_a_secret_is_never_shown_whole(tmp_path: Path) -> None:
    """Neither the secret's own problem nor another one on its line shows it."""
    secret = "ghp_" + "a1B2c3D4e5F6" * 3
    write(tmp_path, "a-first", GOOD.replace("Words.", f"The token {secret} is <b>here</b>."))
    problems = check(tmp_path)
    assert set(codes(problems)) == {"secret", "raw-html"}
    assert not any(secret in str(problem) for problem in problems)


@pytest.mark.parametrize(
    "prose",
    [
        "The password is never written down.",
        "Ask: is the password shared? The keys are counted at 07:30.",
        "Secret: what is kept from the team. Token: a small gift.",
        "A password: never on paper, always remembered.",
        "Risk-assessment-and-care-planning-2026 is the name of the form.",
    ],
)
def test_teaching_about_secrets_is_no_secret(prose: str, tmp_path: Path) -> None:
    """A module may speak of passwords, keys and tokens."""
    write(tmp_path, "a-first", GOOD.replace("Words.", f"|\n          {prose}"))
    assert check(tmp_path) == []
