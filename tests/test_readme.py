"""The README promises only what a test shows: its example builds, its commands are all there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent

import click
import httpx
from click.testing import CliRunner
from polls import Service
from workspaces import with_papers

from rsscorm import __version__, cli
from rsscorm.blocks import KINDS
from rsscorm.polls.commands import polls
from rsscorm.polls.deploy import HERE as DEPLOYMENT
from rsscorm.referee.faults import faults

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The README's passages of code in a language ("" where none is named)."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    return [text for named, text in found if named == language]


def shown(words: str) -> str:
    """The passage of code with some words in it."""
    return next(text for text in blocks("") if words in text)


def example(folder: Path, *, with_slips: bool = False) -> Path:
    """A workspace with the README's module, perhaps with the slips that its report shows."""
    module = folder / "modules" / "saying-no"
    module.mkdir(parents=True)
    text = blocks("yaml")[0]
    if with_slips:
        text = text.replace("callout:", "callot:").replace("answer: ask", "answer: aks")
    (module / "module.yaml").write_text(text, encoding="utf-8")
    return folder


def test_its_module_builds(tmp_path: Path) -> None:
    """An author who types in the README's module gets both packages."""
    workspace = example(tmp_path)
    assert cli.run(["build", "--workspace", str(workspace)]) == cli.FINE
    made = {path.name for path in (workspace / "dist").iterdir()}
    assert made == with_papers(
        {"saying-no-1-scorm12.zip", "saying-no-1-xapi.zip", "saying-no-1.polls.json"}
    )


def test_its_report_is_what_an_author_sees(tmp_path: Path) -> None:
    """The report that the README shows is the one that its two slips bring."""
    workspace = example(tmp_path, with_slips=True)
    told = CliRunner().invoke(cli.commands, ["check", "--workspace", str(workspace)])
    assert told.output.strip() == shown("unknown-kind").strip()


def test_its_deployments_theme_and_scenario_build(tmp_path: Path) -> None:
    """What the README shows of rsscorm.yaml, of a theme and of a scenario can be typed in."""
    workspace = example(tmp_path)
    module = workspace / "modules" / "saying-no" / "module.yaml"
    scenario = indent(shown("start: asked"), " " * 6)
    module.write_text(module.read_text(encoding="utf-8") + scenario, encoding="utf-8")
    (workspace / "rsscorm.yaml").write_text(shown("deployments:"), encoding="utf-8")
    theme, logo = workspace / "themes" / "northfield", workspace / "brand" / "northfield.svg"
    theme.mkdir(parents=True)
    logo.parent.mkdir()
    (theme / "theme.yaml").write_text(shown("extends: nhs"), encoding="utf-8")
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"/>')
    assert cli.run(["build", "--for", "all", "--workspace", str(workspace)]) == cli.FINE
    assert len(list((workspace / "dist" / "northfield").iterdir())) == 10


def test_every_command_is_in_it() -> None:
    """No command is left out of the README's table."""
    with click.Context(cli.commands) as context:
        names = cli.commands.list_commands(context)
    assert [name for name in names if f"`rsscorm {name}" not in README] == []


def all_commands(group: click.Group, name: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command below a group, with its whole name."""
    for each, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from all_commands(command, f"{name} {each}")
        else:
            yield f"{name} {each}".strip(), command


def test_every_command_of_the_poll_service_is_in_it_with_its_options() -> None:
    """Each has its line in the table, and each option and variable is somewhere in that part."""
    part = README.partition("## The poll service")[2].partition("\n### What protects")[0]
    for name, command in all_commands(polls):
        assert f"`rsscorm polls {name}" in part
        for option in command.params:
            words = [*option.opts, *([str(option.envvar)] if option.envvar else [])]
            missing = [word for word in words if word.startswith(("-", "RSS")) and word not in part]
            assert missing == [], f"polls {name}"


def test_its_votes_can_be_given(tmp_path: Path) -> None:
    """The commands that try the poll service do what is said, word for word but for the port."""
    workspace = example(tmp_path)
    assert cli.run(["build", "--workspace", str(workspace)]) == cli.FINE
    service = Service(tmp_path)
    file = workspace / "dist" / "saying-no-1.polls.json"
    opened = service.command("release", "open", *service.where(), str(file))
    assert opened.stdout == "saying-no.80c07973: opened, edition 1, 1 poll, no cohort.\n"
    assert "`polls: none`" in opened.stderr
    with service:
        text = shown("curl ").replace("http://127.0.0.1:8420", service.address)
        words = ["sh", "-ec", text.replace("curl ", "curl --silent --fail ")]
        done = subprocess.run(words, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        [answer] = blocks("json")
        assert done.stdout == answer.strip() * 2
        assert service.measured()["rsscorm_polls_votes_total"] == 1
        asked = {"release": "saying-no.80c07973", "poll": "nothing"}
        wrong = httpx.get(f"{service.address}/v1/figures", params=asked)
        assert wrong.status_code == 404
        assert f"`{json.dumps(wrong.json())}`" in README


def test_its_wheel_can_be_made(tmp_path: Path) -> None:
    """The command that puts rsscorm into the folder for the server does."""
    [line] = [line for line in README.splitlines() if "hatchling build" in line]
    words = line.strip("()").partition("&& .venv/bin/")[2].split()
    command = [str(Path(sys.executable).parent / words[0]), *words[1:-1], str(tmp_path)]
    subprocess.run(command, cwd=Path(__file__).parent.parent, check=True, capture_output=True)
    [wheel] = tmp_path.iterdir()
    form = (DEPLOYMENT / "README.txt").read_text("utf-8")
    assert wheel.name.replace(__version__, "VERSION") in form


def test_every_fault_is_in_it_and_is_one() -> None:
    """The table of faults names each that the referee has, once, and none that it has not."""
    section = README.partition("### A referee for packages")[2].partition("\n#")[0]
    rows = [row for row in section.splitlines() if row.startswith("| ")][1:]
    named = [name for row in rows for name in re.findall(r"`([a-z0-9-]+)`", row)]
    there = [fault.name for fault in faults()]
    assert sorted(named) == sorted(there)
    [spec] = re.findall(r"`\?faults=([^`]+)`", section)
    assert {re.split("[@x]", one)[0] for one in spec.split(",")} <= set(there)


def test_every_kind_of_block_is_in_it() -> None:
    """No kind of block is left out of the README's table."""
    assert [kind for kind in KINDS if not re.search(rf"^\| .*`{kind}`", README, re.MULTILINE)] == []


def test_every_exit_code_is_in_it() -> None:
    """Each exit code has its line in the README's table."""
    codes = {cli.FINE, cli.PROBLEMS, cli.USAGE, cli.FAULT, cli.DISK, cli.INTERRUPTED}
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}
    assert told == codes
