"""The documentation is true: what it shows works, and nothing that there is is left out."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import httpx
import make_blocks
import make_pictures
import pytest
from click.testing import CliRunner
from examples import GOOD, ROOT
from polls import Service
from samples import step, write_module
from test_readme import MODULE, example

from rsscorm import __version__, cli
from rsscorm.blocks import KINDS
from rsscorm.markdown import plain
from rsscorm.polls.commands import polls
from rsscorm.polls.deploy import HERE as DEPLOYMENT
from rsscorm.referee.faults import faults

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
COMMANDS = DOCS / "commands.md"
SERVICE = DOCS / "administrators" / "polls-service.md"
FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
EVERYWHERE = {"--help", "--workspace"}
"""Options of every command, which are described once."""
ELSEWHERE = re.compile(
    r"(?<![\w.~])/(?:work|tmp|root|home|opt|srv)/|pypi|npmjs|registry\.|ghcr|docker\.io"
)
"""Machines and shops that are none of a reader's business."""
LARGEST = 60_000
"""Bytes of a picture of a block."""


def fences(page: Path) -> list[tuple[str, str]]:
    """The passages of code of a page, each with what stands behind its first marks."""
    return FENCE.findall(page.read_text("utf-8"))


def boxes(page: Path, language: str) -> list[str]:
    """The passages of code of a page in a language."""
    return [text for named, text in fences(page) if named == language]


def shown(page: Path, words: str) -> str:
    """The first passage of code of a page with some words in it."""
    return next(text for _, text in fences(page) if words in text)


# Nothing is left out


def all_commands(group: click.Group, name: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command below a group, with its whole name."""
    with click.Context(group) as context:
        for each in group.list_commands(context):
            command = group.get_command(context, each)
            assert command is not None
            if isinstance(command, click.Group):
                yield from all_commands(command, f"{name} {each}".strip())
            else:
                yield f"{name} {each}".strip(), command


def own_options(command: click.Command) -> Iterator[click.Parameter]:
    """The options of a command that not every command has."""
    for option in command.params:
        if option.param_type_name == "option" and not EVERYWHERE & set(option.opts):
            yield option


def test_every_command_is_described_with_its_options() -> None:
    """Each has its row, and in it each of its options."""
    page = COMMANDS.read_text("utf-8")
    missing = []
    for name, command in all_commands(cli.commands):
        if name.startswith("polls "):
            continue
        [row] = re.findall(rf"^\| `rsscorm {name}\b.*$", page, re.MULTILINE) or [""]
        asked = [(name,), *(option.opts for option in own_options(command))]
        missing += [f"{name} {each}" for each in asked if not any(word in row for word in each)]
    assert missing == []
    assert all(word in page for word in ("-C FOLDER", "rsscorm polls"))


def test_every_command_of_the_poll_service_is_described_with_its_options() -> None:
    """Each has its row, and each option and variable is somewhere on the page."""
    page = SERVICE.read_text("utf-8")
    for name, command in all_commands(polls):
        assert f"| `rsscorm polls {name}" in page
        for option in command.params:
            words = [*option.opts, *([str(option.envvar)] if option.envvar else [])]
            missing = [word for word in words if word.startswith(("-", "RSS")) and word not in page]
            assert missing == [], f"polls {name}"


def test_every_exit_code_is_described() -> None:
    """Each exit code has its row, and there is no other."""
    codes = {cli.FINE, cli.PROBLEMS, cli.USAGE, cli.FAULT, cli.DISK, cli.INTERRUPTED}
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", COMMANDS.read_text("utf-8"), re.M)}
    assert told == codes


def test_every_fault_is_described_and_is_one() -> None:
    """The table of faults names each that the referee has, once, and none that it has not."""
    section = COMMANDS.read_text("utf-8").partition("## A referee for packages")[2]
    rows = [row for row in section.splitlines() if row.startswith("| ")][1:]
    named = [name for row in rows for name in re.findall(r"`([a-z0-9-]+)`", row)]
    there = [fault.name for fault in faults()]
    assert sorted(named) == sorted(there)
    [spec] = re.findall(r"`\?faults=([^`]+)`", section)
    assert {re.split("[@x]", one)[0] for one in spec.split(",")} <= set(there)


def test_every_kind_of_block_is_shown() -> None:
    """The page with every block is what its classes, examples and the gallery make of it."""
    hint = "run `.venv/bin/python docs/make_blocks.py`"
    assert make_blocks.PAGE.read_text("utf-8") == make_blocks.page(), hint
    page = make_blocks.PAGE.read_text("utf-8")
    assert [kind for kind in KINDS if f"\n### {kind}\n" not in page] == []


def test_every_picture_is_there_and_small() -> None:
    """Each picture that is taken is there, no other is, and those of blocks are small."""
    there = {path.relative_to(DOCS / "images").as_posix(): path.stat().st_size
             for path in (DOCS / "images").rglob("*.*")}  # fmt: skip
    taken = [*make_pictures.VIEWS, *(f"blocks/{kind}" for kind in KINDS)]
    assert set(there) == {f"{name}.webp" for name in taken}
    assert max(size for name, size in there.items() if "/" in name) <= LARGEST


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_leads_somewhere(page: Path) -> None:
    """Each link to a file finds it, and each to a passage finds its heading."""
    words = SPAN.sub("", FENCE.sub("", page.read_text("utf-8")))
    targets = [one or other for one, other in LINK.findall(words)]
    broken = [target for target in targets if "://" not in target and not leads(page, target)]
    assert broken == []


def leads(page: Path, target: str) -> bool:
    """Whether there is such a file, and in it such a heading."""
    path, _, passage = target.partition("#")
    file = (page.parent / path).resolve() if path else page
    if not file.exists() or not file.is_relative_to(ROOT):
        return False
    return not passage or passage in anchors(file)


def anchors(page: Path) -> set[str]:
    """What a page's headings can be linked by."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", plain(each)).lower().replace(" ", "-") for each in headings}


def test_every_page_is_found_from_the_readme() -> None:
    """Nobody has to look into folders: the README leads to each page, or one that it leads to."""
    found, ahead = set(), [PAGES[0]]
    while ahead:
        page = ahead.pop()
        found.add(page)
        linked = [one.partition("#")[0] for one, _ in LINK.findall(page.read_text("utf-8"))]
        paths = {(page.parent / each).resolve() for each in linked if each.endswith(".md")}
        ahead += [path for path in paths if path in PAGES and path not in found]
    assert set(PAGES) - found == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_it_speaks_of_no_machine_of_ours(page: Path) -> None:
    """No path of the machine it was written on, and no shop that a reader need not know."""
    assert ELSEWHERE.findall(page.read_text("utf-8")) == []


# What is shown works


def yaml_boxes() -> list[str]:
    """Every example of YAML but the tutorial's, which is followed step by step."""
    return [text for page in PAGES for text in boxes(page, "yaml")]


def test_every_example_of_blocks_and_keys_builds(tmp_path: Path) -> None:
    """What an author copies out of the documentation is a module, or makes one."""
    kinds = [lay_out(text, number, tmp_path) for number, text in enumerate(yaml_boxes())]
    done = CliRunner().invoke(cli.commands, ["build", "--workspace", str(tmp_path)])
    assert done.exit_code == cli.FINE, done.output
    made = list((tmp_path / "dist").glob("*-scorm12.zip"))
    assert len(made) == sum(kind == "module" for kind in kinds) > len(KINDS)
    assert kinds.count("settings") == 1
    assert kinds.count("theme") == 2


def lay_out(text: str, number: int, workspace: Path) -> str:
    """Make a module of an example, unless it belongs elsewhere; says what it is."""
    first, name = text.lstrip("#").split(maxsplit=1)[0], f"example-{number}"
    if first in ("iri:", "extends:", "title-font:"):
        return "settings" if first == "iri:" else "theme"
    path = workspace / "modules" / name / "module.yaml"
    if re.match(r"(#.*\n)*- ", text):
        write_module(workspace, step(text), name=name)
    elif first == "rsscorm:":
        path.parent.mkdir(parents=True)
        path.write_text(re.sub(r"^id: .*$", f"id: {name}", text, count=1, flags=re.M), "utf-8")
    else:
        path.parent.mkdir(parents=True)
        module = GOOD.replace("id: an-example", f"id: {name}")
        path.write_text(module.replace("steps:", f"{text}steps:", 1), "utf-8")
    return "module"


def test_settings_and_themes_build(tmp_path: Path) -> None:
    """What is shown of rsscorm.yaml and of a theme can be typed in, and builds for everybody."""
    workspace = example(tmp_path)
    settings, theme, fonts = (
        shown(DOCS / "authors" / "organisations.md", "deployments:"),
        shown(DOCS / "developers" / "add-a-theme.md", "extends: nhs"),
        shown(DOCS / "developers" / "add-a-theme.md", "title-font:"),
    )
    (workspace / "rsscorm.yaml").write_text(settings, "utf-8")
    folder, logo = workspace / "themes" / "northfield", workspace / "brand" / "northfield.svg"
    folder.mkdir(parents=True)
    logo.parent.mkdir()
    (folder / "theme.yaml").write_text(theme + fonts, "utf-8")
    shutil.copyfile(ROOT / "themes" / "clear" / "brygada-1918.woff2", folder / "ward-serif.woff2")
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"/>')
    done = CliRunner().invoke(cli.commands, ["build", "--for", "all", "-C", str(workspace)])
    assert done.exit_code == cli.FINE, done.output
    assert len(list((workspace / "dist" / "northfield").glob("*.zip"))) == 2


def test_the_report_is_what_an_author_sees(tmp_path: Path) -> None:
    """The report that is shown is the one that two slips in the README's module bring."""
    workspace = example(tmp_path)
    path = workspace / "modules" / "saying-no" / "module.yaml"
    slips = MODULE.replace("callout:", "callot:").replace("answer: ask", "answer: aks")
    path.write_text(slips, "utf-8")
    told = CliRunner().invoke(cli.commands, ["check", "--workspace", str(workspace)])
    assert told.output.strip() == shown(DOCS / "authors" / "module.md", "aks").strip()


def test_votes_can_be_given(tmp_path: Path) -> None:
    """The commands that try the poll service do what is said, word for word but for the port."""
    workspace = example(tmp_path)
    assert cli.run(["build", "--workspace", str(workspace)]) == cli.FINE
    service = Service(tmp_path)
    file = workspace / "dist" / "saying-no-1.polls.json"
    opened = service.command("release", "open", *service.where(), str(file))
    assert opened.stdout == "saying-no.80c07973: opened, edition 1, 1 poll, no cohort.\n"
    assert "`polls: none`" in opened.stderr
    with service:
        text = shown(SERVICE, "curl ").replace("http://127.0.0.1:8420", service.address)
        words = ["sh", "-ec", text.replace("curl ", "curl --silent --fail ")]
        done = subprocess.run(words, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        [answer] = boxes(SERVICE, "json")
        assert done.stdout == answer.strip() * 2
        assert service.measured()["rsscorm_polls_votes_total"] == 1
        asked = {"release": "saying-no.80c07973", "poll": "nothing"}
        wrong = httpx.get(f"{service.address}/v1/figures", params=asked)
        assert wrong.status_code == 404
        assert f"`{json.dumps(wrong.json())}`" in SERVICE.read_text("utf-8")


def test_the_wheel_can_be_made(tmp_path: Path) -> None:
    """The command that puts rsscorm into the folder for the server does."""
    page = SERVICE.read_text("utf-8")
    [line] = [line for line in page.splitlines() if "hatchling build" in line]
    words = line.strip("()").partition("&& .venv/bin/")[2].split()
    command = [str(Path(sys.executable).parent / words[0]), *words[1:-1], str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [wheel] = tmp_path.iterdir()
    form = (DEPLOYMENT / "README.txt").read_text("utf-8")
    assert wheel.name.replace(__version__, "VERSION") in form
