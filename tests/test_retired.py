"""An author takes up an id again that learners had before: it is noticed."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from workspaces import built, edit, write_module

from rsscorm import cli

QUESTION = """\
      - choice: Whom do you tell first?
        id: whom
        options:
          - nurse: The nurse in charge
          - nobody: Nobody, for now
        answer: nurse
"""
OTHER = """\
      - choice: How do you feel today?
        id: {id}
        options:
          - {option}: Well
          - badly: Badly
"""
STEP = """\
  - id: telling
    kind: reflect
    title: Another matter
    minutes: 1
    blocks:
      - text: Think of it.
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A module whose first edition asked `whom`, and whose second and third did not."""
    source = write_module(tmp_path, edition="1") / "module.yaml"
    built(tmp_path)
    edit(source, 'edition: "1"', 'edition: "2"')
    edit(source, QUESTION, OTHER.format(id="mood", option="well"))
    edit(source, "id: telling", "id: saying")
    built(tmp_path)
    edit(source, 'edition: "2"', 'edition: "3"')
    edit(source, "- badly: Badly", "- badly: Not so well")
    built(tmp_path)
    edit(source, 'edition: "3"', 'edition: "4"')
    return source


def diff(source: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """What `rsscorm diff` answers about the module: its exit code, and what it says."""
    code = cli.run(["diff", "--json", "-C", str(source.parent.parent.parent)])
    said = capsys.readouterr()
    assert said.err == ""
    return code, json.loads(said.out)[0]


def taken_up(difference: dict[str, Any]) -> list[dict[str, Any]]:
    """What it says of ids that were taken up again."""
    changes = [change for item in difference["items"] for change in item["changes"]]
    return [change for change in changes if change["code"] == "taken-up"]


def test_nothing_is_said_of_what_stays(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the last edition has may go on, and what is gone for long is still to be retired."""
    code, difference = diff(source, capsys)
    assert (code, difference["against"]) == (0, "dist/noticing-3-xapi.zip")
    assert (difference["items"], difference["retire"]) == ([], ["telling", "whom"])
    edit(source, "steps:", "retired: [telling, whom]\nsteps:")
    assert diff(source, capsys)[1]["retire"] == [], "nor the options of a question that is"


@pytest.mark.parametrize(
    ("id", "after", "new"),
    [
        ("whom", "again-after: views\n", QUESTION),
        ("whom", "again-after: views\n", OTHER.format(id="whom", option="well")),
        ("telling", "steps:\n", STEP),
    ],
    ids=["a question, word for word", "another question", "a step"],
)
def test_what_an_older_edition_had_is_noticed(
    source: Path, capsys: pytest.CaptureFixture[str], id: str, after: str, new: str
) -> None:
    """Though the last edition knows nothing of it, the author is stopped, and told of which one."""
    edit(source, after, after + new)
    code, difference = diff(source, capsys)
    (change,) = taken_up(difference)
    assert (code, change["meaning"]) == (1, "perhaps")
    assert change["said"].startswith(f"`{id}` of edition 1 was gone, and is taken up again")
    assert f"`{id}` to `retired`" in change["advice"]
    assert id not in difference["retire"]


def test_an_option_is_noticed(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An option that comes back says of old answers what it says now."""
    edit(source, "- well: Well", "- fine: Well")
    built(source.parent.parent.parent)
    edit(source, 'edition: "4"', 'edition: "5"')
    edit(source, "- fine: Well", "- fine: Well\n          - well: As always")
    code, difference = diff(source, capsys)
    (change,) = taken_up(difference)
    assert code == 1
    assert change["said"].startswith("`mood/well` of edition 3 was gone")


def test_what_an_older_edition_had_retired_is_noticed(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody need have its own package any more: that it was retired once is enough."""
    edit(source, "steps:", "retired: [bygone]\nsteps:")
    built(source.parent.parent.parent)
    edit(source, 'edition: "4"', 'edition: "5"')
    edit(source, "retired: [bygone]\n", "")
    built(source.parent.parent.parent)
    edit(source, 'edition: "5"', 'edition: "6"')
    assert "bygone" in diff(source, capsys)[1]["retire"]
    edit(source, "id: mood", "id: bygone")
    code, difference = diff(source, capsys)
    assert (code, [change["said"][:8] for change in taken_up(difference)]) == (1, ["`bygone`"])


def test_it_is_told_in_words(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On a terminal the author reads what has happened, and the lines to write."""
    edit(source, "steps:\n", "steps:\n" + STEP)
    assert cli.run(["diff", "-C", str(source.parent.parent.parent)]) == cli.PROBLEMS
    said = " ".join(capsys.readouterr().out.split())
    assert "`telling` of edition 1 was gone, and is taken up again." in said
    assert "retired: - whom" in said


def test_little_is_read_of_packages(
    source: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page of one package of each edition: no film, and no other format."""
    read: list[str] = []
    real = zipfile.ZipFile.open

    def watched(self: zipfile.ZipFile, name: str, *rest: Any) -> Any:
        read.append(name)
        return real(self, name, *rest)

    monkeypatch.setattr(zipfile.ZipFile, "open", watched)
    diff(source, capsys)
    assert read == ["index.html"] * 3
