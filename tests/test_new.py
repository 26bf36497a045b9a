"""An author begins: from an empty folder to a module in an LMS, in three commands."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
from workspaces import edit, rsscorm

from rsscorm.new import NewError, named
from rsscorm.source import check, yaml


def begun(folder: Path, *words: str) -> list[str]:
    """The files that `rsscorm new` says it made."""
    done = rsscorm("new", *words, folder=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_an_empty_folder_becomes_a_workspace_that_builds(tmp_path: Path) -> None:
    """Three commands: new, check, build; nothing is to be mended, and the packages are there."""
    made = begun(tmp_path, "Saying no")
    assert {"rsscorm.yaml", ".gitignore", "modules/saying-no/module.yaml"} <= set(made)
    assert all((tmp_path / file).is_file() for file in made)
    checked = rsscorm("check", folder=tmp_path)
    assert (checked.returncode, checked.stdout) == (0, "1 module checked: nothing to mend.\n")
    assert checked.stderr == ""
    built = rsscorm("build", folder=tmp_path)
    assert built.returncode == 0
    assert (tmp_path / "dist/saying-no-1-scorm12.zip").is_file()


def test_it_says_what_to_do_next(tmp_path: Path) -> None:
    """The file to open, and the commands to type, are said."""
    said = rsscorm("new", folder=tmp_path).stderr
    assert "Open modules/my-first-module/module.yaml" in said
    assert "    rsscorm preview my-first-module\n    rsscorm check\n    rsscorm build\n" in said


def test_the_first_module_shows_what_there_is(tmp_path: Path) -> None:
    """All three kinds of step, and one of each block that most modules have."""
    begun(tmp_path)
    text = (tmp_path / "modules/my-first-module/module.yaml").read_text("utf-8")
    data = yaml.parse(text, "").data
    assert [step["kind"] for step in data["steps"]] == ["learn", "reflect", "connect"]
    kinds = {next(iter(block)) for step in data["steps"] for block in step["blocks"]}
    assert kinds >= {"text", "image", "accordion", "callout", "choice", "scenario", "note", "poll",
                     "perspectives", "commitment"}  # fmt: skip
    assert sum(line.lstrip().startswith("#") for line in text.splitlines()) > 10


def test_a_second_module_is_short(tmp_path: Path) -> None:
    """Whoever has one already needs the skeleton alone; it is well from the start."""
    begun(tmp_path, "Saying no")
    assert begun(tmp_path, "noticing-early") == ["modules/noticing-early/module.yaml"]
    assert check(tmp_path) == []
    assert (
        "title: Noticing early\n" in (tmp_path / "modules/noticing-early/module.yaml").read_text()
    )


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A module that is there stays; a workspace's files are never made again."""
    begun(tmp_path, "saying-no")
    edit(tmp_path / "modules/saying-no/module.yaml", "title: Saying no", "title: Ours")
    edit(tmp_path / "rsscorm.yaml", "theme: ours", "theme: nhs")
    done = rsscorm("new", "Saying no", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "there already" in done.stderr
    begun(tmp_path, "another")
    assert "title: Ours" in (tmp_path / "modules/saying-no/module.yaml").read_text()
    assert "theme: nhs" in (tmp_path / "rsscorm.yaml").read_text()


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    """No workspace is strewn among other files; git's own folder is no other file."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "holiday.jpg").touch()
    done = rsscorm("new", folder=tmp_path)
    assert done.returncode == 2
    assert "isn't empty" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == [".git", "holiday.jpg"]
    (tmp_path / "holiday.jpg").unlink()
    assert begun(tmp_path)


@pytest.mark.parametrize(
    ("words", "id", "title"),
    [
        ("Saying no", "saying-no", "Saying no"),
        ("saying-no", "saying-no", "Saying no"),
        ("  What's  new? ", "whats-new", "What's new?"),
        ("Who: {you} & me", "who-you-me", "Who: {you} & me"),
        ("Ab" * 30, "ab" * 20, "Ab" * 30),
        ("Über Nähe – ça va, Åse?", "uber-nahe-ca-va-ase", "Über Nähe – ça va, Åse?"),
        ("../Straße", "strasse", "../Straße"),
    ],
)
def test_a_module_is_named_by_its_title_or_its_id(
    tmp_path: Path, words: str, id: str, title: str
) -> None:
    """Either makes the other, whatever signs a title has."""
    assert named(words) == (id, title)
    begun(tmp_path, words)
    assert check(tmp_path) == []


@pytest.mark.parametrize(
    "words", ["...", "  ", "Esc \x1b[31m red", "Not UTF-8: \udcff", "a\u202eb"]
)
def test_a_name_without_letters_or_with_unseen_marks_is_refused(words: str) -> None:
    """Nothing can be made of a row of dots, and what a page can't hold is not even said again."""
    with pytest.raises(NewError, match="saying-no") as refused:
        named(words)
    assert str(refused.value).isprintable()


def test_a_name_that_windows_can_t_have_is_refused() -> None:
    """A folder of that name could not be checked out there."""
    with pytest.raises(NewError, match="Windows keeps the name `con`"):
        named("Con")


def test_from_within_a_workspace_it_says_where_it_wrote(tmp_path: Path) -> None:
    """Whoever stands in a folder below is told which workspace it is, and how to reach it."""
    home = tmp_path / "our modules"
    home.mkdir()
    begun(home)
    (home / "notes").mkdir()
    done = rsscorm("new", "Saying no", folder=home / "notes")
    assert done.stdout == "modules/saying-no/module.yaml\n"
    assert f"1 file made in the workspace {home}." in done.stderr
    assert f"rsscorm check -C '{home}'\n" in done.stderr


def test_what_can_t_be_made_whole_is_not_begun(tmp_path: Path) -> None:
    """No half of a workspace stays that would stand in the way of the next try."""
    (tmp_path / ".vscode").touch()
    assert rsscorm("new", folder=tmp_path).returncode == 4
    assert [path.name for path in tmp_path.iterdir()] == [".vscode"]
    (tmp_path / ".vscode").unlink()
    assert begun(tmp_path)


def test_editors_find_the_schemas(tmp_path: Path) -> None:
    """Each file names its schema in its first line, and what it holds is true to it."""
    begun(tmp_path, "saying-no")
    for at in ("rsscorm.yaml", "themes/ours/theme.yaml", "modules/saying-no/module.yaml"):
        path = tmp_path / at
        first = path.read_text("utf-8").splitlines()[0]
        schema = path.parent / first.removeprefix("# yaml-language-server: $schema=")
        jsonschema.validate(
            yaml.parse(path.read_text("utf-8"), at).data, numbers(json.loads(schema.read_text()))
        )
    settings = json.loads((tmp_path / ".vscode/settings.json").read_text())
    assert all((tmp_path / schema).is_file() for schema in settings["yaml.schemas"])


def numbers(schema: dict[str, object]) -> dict[str, object]:
    """The schema for our own reading of YAML, by which figures stay text."""
    text = json.dumps(schema).replace('"type": "integer"', '"type": "string"')
    found: dict[str, object] = json.loads(text)
    return found


def test_a_newer_rsscorm_renews_the_schemas(tmp_path: Path) -> None:
    """Check and build write anew what another rsscorm left."""
    begun(tmp_path, "saying-no")
    schema = tmp_path / ".rsscorm/module.schema.json"
    ours = schema.read_text()
    for command in ("check", "build"):
        schema.write_text(re.sub("[0-9a-f]{64}", "another", ours))
        (tmp_path / "modules/saying-no/module.yaml").touch()
        assert rsscorm(command, folder=tmp_path).returncode == 0
        assert schema.read_text() == ours


def test_check_makes_no_folder(tmp_path: Path) -> None:
    """A check of a fresh checkout leaves nothing behind."""
    begun(tmp_path, "saying-no")
    for path in (tmp_path / ".rsscorm").iterdir():
        path.unlink()
    (tmp_path / ".rsscorm").rmdir()
    assert rsscorm("check", folder=tmp_path).returncode == 0
    assert not (tmp_path / ".rsscorm").exists()


@pytest.mark.parametrize("file", ["module", "rsscorm", "theme"])
def test_each_file_has_a_schema_that_says_what_keys_are_for(file: str) -> None:
    """An editor can say of every key at the top what it is for."""
    told = json.loads(rsscorm("schema", file).stdout)
    jsonschema.Draft202012Validator.check_schema(told)
    silent = [
        key for key, value in told["properties"].items()
        if "description" not in value and "$ref" not in value
    ]  # fmt: skip
    assert silent == []
