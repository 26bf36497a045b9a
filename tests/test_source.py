"""An author writes, and is understood: what a module says once it has been read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import examples
import jsonschema
import pytest
import tiny
import yaml
from examples import GOOD, write
from PIL import Image
from test_check_mutations import read as read_yaml

from rsscorm.blocks.poll import Poll
from rsscorm.blocks.video import Video
from rsscorm.module import Module, fill, longest_resume
from rsscorm.source import json_schema, read_module, read_workspace
from rsscorm.source.contents import SIZES
from rsscorm.source.yaml import parse


def read(workspace: Path, name: str) -> Module:
    """A module that is right."""
    return read_module(read_workspace(workspace), name)[0]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("12:30", "12:30"),
        ("1.10", "1.10"),
        ("2026-05-01", "2026-05-01"),
        ("0o14", "0o14"),
        ("~", "~"),
        ("null", "null"),
        ("a#b", "a#b"),
        ("15 # minutes", "15"),
        ("'it''s'", "it's"),
        ('"two\\nlines"', "two\nlines"),
        ("|\n  # no comment: *at all*\n", "# no comment: *at all*\n"),
        (">-\n  one\n  two\n", "one two"),
    ],
)
def test_scalars_stay_what_was_typed(typed: str, read: str) -> None:
    """YAML 1.2 as people expect it: nothing is guessed to be a number, a date or a truth."""
    document = parse(f"key: {typed}\n", "module.yaml")
    assert (document.data, document.problems) == ({"key": read}, [])


def test_every_key_of_the_format(tmp_path: Path) -> None:
    """A module of every block and key means what its author wrote."""
    examples.lay_out("everything", tmp_path)
    module = read(tmp_path, "everything")
    assert (module.edition, module.language, module.complete.pass_mark) == ("2026.1", "en-GB", 80)
    assert (module.polls.least, module.polls.answers) == (12, "named")
    film = next(block for block in module.blocks() if isinstance(block, Video))
    assert film.transcript.text == "A nurse and a patient talk at a door."
    assert film.described == "same-as-text"


def test_a_second_vote_has_the_first_one_s_options(tmp_path: Path) -> None:
    """A poll with `first` carries that choice's options, and a pilot its figures."""
    examples.lay_out("everything", tmp_path)
    polls = {b.id: b for b in read(tmp_path, "everything").blocks() if isinstance(b, Poll)}
    assert polls["second-vote"].answer_ids() == ("for", "against")
    assert polls["could-raise"].answer_ids() == ("1", "2", "3")
    assert polls["usually"].pilot and polls["usually"].pilot.votes == {"now": 80, "later": 132}


def test_a_deployment_s_values(tmp_path: Path) -> None:
    """Each deployment shows its own values; `\\{` is a brace; Markdown in a value is text."""
    (tmp_path / "rsscorm.yaml").write_text(
        "values: {lead: your *lead*}\n"
        "deployments:\n  default: {theme: clear}\n"
        "  north: {theme: nhs, values: {lead: Ward lead}}\n"
    )
    text = GOOD.replace("title: An example", "title: Ask {lead}")
    write(tmp_path, "a-first", text.replace("text: Words.", r"text: Ask {lead} about \{this\}."))
    workspace = read_workspace(tmp_path)
    module, _ = read_module(workspace, "a-first")
    shown: dict[str, tuple[str, Any]] = {}
    for name, deployment in workspace.settings.deployments.items():
        filled = fill(module, workspace.values(deployment))
        shown[name] = (filled.title, getattr(filled.steps[0].blocks[0], "text").text)  # noqa: B009
    assert shown["default"] == ("Ask your *lead*", r"Ask your \*lead\* about {this}.")
    assert shown["north"] == ("Ask Ward lead", "Ask Ward lead about {this}.")


def test_a_value_with_braces(tmp_path: Path) -> None:
    """Settings are shown as they are typed: a brace in a value is a brace."""
    (tmp_path / "rsscorm.yaml").write_text("values: {lead: 'the {best} lead \\{'}\n")
    write(tmp_path, "a-first", GOOD.replace("title: An example", "title: Ask {lead}"))
    workspace = read_workspace(tmp_path)
    module, _ = read_module(workspace, "a-first")
    values = workspace.values(workspace.settings.deployments["default"])
    assert fill(module, values).title == r"Ask the {best} lead \{"


def test_filling_changes_nothing_that_names_no_value(tmp_path: Path) -> None:
    """A module without names is the same module for every deployment."""
    write(tmp_path, "a-first", GOOD)
    module = read(tmp_path, "a-first")
    assert fill(module, {"lead": "A lead"}) is module


def test_a_workspace_without_settings(tmp_path: Path) -> None:
    """A folder without rsscorm.yaml has one deployment, which sends nothing anywhere."""
    settings = read_workspace(tmp_path).settings
    assert list(settings.deployments) == ["default"]
    assert settings.deployments["default"].poll_service is None


@pytest.mark.parametrize("extension", [".png", ".jpg", ".webp"])
def test_a_picture_s_size_is_read_from_its_beginning(extension: str, tmp_path: Path) -> None:
    """The size of a picture needs none of its pixels."""
    path = tmp_path / f"picture{extension}"
    Image.new("RGB", (321, 45), "grey").save(path)
    with path.open("rb") as file:
        assert SIZES[extension](file) == (321, 45)


def test_a_lossless_and_an_extended_webp(tmp_path: Path) -> None:
    """WebP has three forms, and each tells its size in its own way."""
    path = tmp_path / "picture.webp"
    for mode, options in (("RGB", {"lossless": True}), ("RGBA", {"exif": b"Exif\0\0"})):
        Image.new(mode, (321, 45), "grey").save(path, **options)
        with path.open("rb") as file:
            assert SIZES[".webp"](file) == (321, 45)


def test_a_link_inside_the_module_is_fine(tmp_path: Path) -> None:
    """Only a link that leads out of the module's folder is refused."""
    path = write(tmp_path, "a-first", GOOD + "      - image: door.svg\n        alt: A door\n")
    tiny.fill(path.parent, ["media/door.svg"])
    (path.parent / "door.svg").symlink_to("media/door.svg")
    assert read(tmp_path, "a-first").title == "An example"


def test_the_room_that_answers_need(tmp_path: Path) -> None:
    """Resume data are bounded by the longest path and the longest answers."""
    write(tmp_path, "a-first", GOOD)
    alone = longest_resume(read(tmp_path, "a-first"))
    note = "      - note: Why?\n        id: why\n"
    write(tmp_path, "a-first", GOOD + note)
    assert alone < longest_resume(read(tmp_path, "a-first"))


def test_the_schema_knows_every_example(tmp_path: Path) -> None:
    """What is right is right to an editor too."""
    validator = jsonschema.Draft202012Validator(json_schema())
    for name in examples.names():
        path = examples.lay_out(name, tmp_path / name)
        data = read_yaml(yaml.compose(path.read_text(), Loader=yaml.CSafeLoader)).data()
        assert [error.message for error in validator.iter_errors(data)] == [], name


def test_the_schema_explains_each_kind() -> None:
    """An editor can say what each kind of block is for, where its name is typed."""
    definitions = json_schema()["$defs"]
    assert definitions["Note"]["properties"]["note"]["description"].startswith("Room for")
