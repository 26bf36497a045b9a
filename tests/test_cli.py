"""An author at the command line: what is said, where, and with which exit code."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import click
import pytest
from workspaces import command, edit, imported, rsscorm, write_module

from rsscorm import __version__, cli
from rsscorm.cli.build import NO_IRI
from rsscorm.package import FORMATS, SelfCheckError


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with one module."""
    write_module(tmp_path)
    return tmp_path


def test_a_build_says_what_it_made(workspace: Path) -> None:
    """Files on stdout, for whoever goes on with them; the rest on stderr."""
    done = rsscorm("build", folder=workspace)
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == [
        "dist/noticing-2026.1-scorm12.zip",
        "dist/noticing-2026.1-xapi.zip",
        "dist/noticing-2026.1.polls.json",
    ]
    assert done.stderr.splitlines() == [
        *NO_IRI.splitlines(),
        "3 files made. Beside each package is its datasheet (.html, .txt).",
    ]  # fmt: skip
    again = rsscorm("build", folder=workspace)
    assert (again.returncode, again.stdout) == (0, "")
    assert again.stderr == "Nothing has changed: 3 files up to date.\n"


def test_verbose_tells_each_module_and_digest(workspace: Path) -> None:
    """With -v a line for each module, and the digest that is the same on every machine."""
    done = rsscorm("build", "-v", folder=workspace)
    assert "1 of 1: noticing" in done.stderr
    assert len(done.stdout.splitlines()[0].split("content ")[1]) == 64


def test_a_terminal_shows_how_far_it_is(workspace: Path) -> None:
    """On a terminal one line moves, and is taken away at the end."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    with subprocess.Popen(command("build", "-C", workspace), stdout=theirs, stderr=theirs):
        os.close(theirs)
        shown = b""
        while chunk := read_terminal(ours):
            shown += chunk
    os.close(ours)
    assert b"Building 1 of 1: noticing" in shown
    assert shown.endswith(b"its datasheet (.html, .txt).\r\n")


def read_terminal(terminal: int) -> bytes:
    """What is shown next; nothing when the other side has gone."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def test_problems_are_told_with_exit_code_1(workspace: Path) -> None:
    """The place, the author's line, what to do; the same from check and from build."""
    edit(workspace / "modules/noticing/module.yaml", "answer: nurse", "answer: nuse")
    for words in (["build"], ["check"], ["build", "noticing"], ["check", "noticing"]):
        done = rsscorm(*words, folder=workspace)
        assert done.returncode == 1
        assert "modules/noticing/module.yaml:34:" in done.stderr
        assert "nurse" in done.stderr
        assert "\033[" not in done.stderr
        assert done.stdout == ""


def test_problems_as_json(workspace: Path) -> None:
    """For editors: a list, with six keys each, alone on stdout."""
    assert json.loads(rsscorm("check", "--json", folder=workspace).stdout) == []
    edit(workspace / "modules/noticing/module.yaml", "answer: nurse", "answer: nuse")
    done = rsscorm("check", "--json", folder=workspace)
    (problem,) = json.loads(done.stdout)
    assert set(problem) == {"code", "file", "line", "column", "message", "hint"}
    assert (done.returncode, done.stderr) == (1, "")


def test_warnings_stop_nothing(tmp_path: Path) -> None:
    """A review that is overdue is said, and the exit code is 0."""
    write_module(tmp_path, reviewed='reviewed: {by: Us, on: "2020-01-01", next: "2021-01-01"}\n')
    for words in (["build"], ["build"], ["check"], ["check", "--json"]):
        done = rsscorm(*words, folder=tmp_path)
        assert done.returncode == 0
        assert "review-past" in done.stdout + done.stderr


def test_check_says_when_all_is_well(workspace: Path) -> None:
    """An author wants to read that, too."""
    done = rsscorm("check", folder=workspace)
    assert (done.returncode, done.stdout) == (0, "1 module checked: nothing to mend.\n")


def test_a_workspace_is_found_from_within(workspace: Path) -> None:
    """As with git: the nearest folder upwards; -C says another."""
    done = rsscorm("build", folder=workspace / "modules" / "noticing")
    assert done.returncode == 0
    assert (workspace / "dist" / "noticing-2026.1-xapi.zip").exists()
    done = rsscorm("check", "-C", workspace, folder=Path("/"))
    assert (done.returncode, done.stderr) == (0, "")


def test_an_empty_folder_is_told_what_to_do(tmp_path: Path) -> None:
    """It is no workspace, nothing is written, and how to begin is said."""
    for words in (["build"], ["check"], ["check", "--json"]):
        done = rsscorm(*words, folder=tmp_path)
        assert (done.returncode, done.stdout) == (1, "")
        assert 'rsscorm new "My first module"' in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_workspace_without_modules_is_told_what_to_do(tmp_path: Path) -> None:
    """Nothing is wrong with it, and the next step is said."""
    (tmp_path / "modules").mkdir()
    for words in ("build", "check"):
        done = rsscorm(words, folder=tmp_path)
        assert done.returncode == 0
        assert 'rsscorm new "My first module"' in done.stderr
    assert json.loads(rsscorm("check", "--json", folder=tmp_path).stdout) == []


def test_broken_settings_are_told_in_an_empty_workspace(tmp_path: Path) -> None:
    """Settings come before the first module, and may be wrong already."""
    (tmp_path / "rsscorm.yaml").write_text("deployment: {}\n")
    for words in ("build", "check"):
        done = rsscorm(words, folder=tmp_path)
        assert done.returncode == 1
        assert "rsscorm.yaml:1:1" in done.stderr
        assert "deployments" in done.stderr


def test_a_misnamed_module_is_told(workspace: Path) -> None:
    """Whoever writes module.yml hears of it from check and from build, every time."""
    write_module(workspace, "telling")
    file = workspace / "modules/telling/module.yaml"
    file.rename(file.with_suffix(".yml"))
    for words in ("check", "build", "build"):
        done = rsscorm(words, folder=workspace)
        assert done.returncode == 1
        assert "modules/telling/module.yml" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["build", "notcing"], "There is no module `notcing`. Did you mean `noticing`?"),
        (["check", "notcing"], "There is no module `notcing`. Did you mean `noticing`?"),
        (["build", "zzz"], "There is no module `zzz`. Those here: noticing."),
        (["build", "--for", "defalt"], "There is no deployment `defalt`. Did you mean `default`?"),
        (["build", "--format", "cmi5"], "There is no format `cmi5`. There are scorm12 and xapi."),
        (["buidl"], "No such command 'buidl'"),
        (["build", "--fast"], "No such option"),
        (["build", "-C", "nowhere"], "does not exist"),
    ],
)
def test_a_command_not_understood_has_exit_code_2(
    workspace: Path, words: list[str], said: str
) -> None:
    """What was misspelt, and what may have been meant; nothing is written."""
    done = rsscorm(*words, folder=workspace)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (workspace / "dist").exists()


def test_a_fault_of_ours_has_exit_code_3(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A package that breaks a rule is not the author's fault, and is said so."""

    def broken(*_: object) -> dict[str, bytes | Path]:
        raise SelfCheckError("xapi", ["it is broken"])

    monkeypatch.setitem(FORMATS, "xapi", broken)
    assert cli.run(["build", "-C", str(workspace)]) == 3
    assert "a fault in rsscorm" in capsys.readouterr().err


def test_a_disk_that_will_not_has_exit_code_4(workspace: Path) -> None:
    """The file and the system's reason, without a traceback."""
    (workspace / "dist").write_text("a file where a folder belongs")
    done = rsscorm("build", folder=workspace)
    assert done.returncode == 4
    assert str(workspace / "dist") in done.stderr
    assert "Traceback" not in done.stderr


def test_the_schema_is_printed_for_editors() -> None:
    """JSON Schema, to be kept in a file."""
    done = rsscorm("schema")
    assert done.returncode == 0
    assert "steps" in json.loads(done.stdout)["properties"]


def test_help_tells_commands_and_exit_codes() -> None:
    """What there is, and what each exit code means."""
    done = rsscorm("--help")
    assert done.returncode == 0
    for word in ("build", "check", "schema", "0 all is well", "130 interrupted"):
        assert word in " ".join(done.stdout.split())
    assert "--for" in rsscorm("build", "--help").stdout
    assert rsscorm("--version").stdout == f"rsscorm {__version__}\n"


def test_help_tells_each_command_in_a_sentence_of_its_own() -> None:
    """Each is there as a module of its name, and is named in its own help, too."""
    for names in cli.COMMANDS.values():
        for name, what in names.items():
            assert (what[0].isupper(), what[-1]) == (True, "."), name
            command = cli.commands.get_command(click.Context(cli.commands), name)
            assert command and command.name == name and command.help


def test_help_loads_nothing_heavy() -> None:
    """It is instant because it imports only what it shows."""
    heavy = {"pydantic", "yaml", "jinja2", "lxml", "PIL", "tincan", "json", "hashlib"}
    loaded = imported("--help")
    assert heavy & loaded == set()
    assert [name for name in loaded if name.startswith(("rsscorm.polls", "rsscorm.cli.b"))] == []


def test_where_no_deployment_is_the_default_a_build_says_how_to_go_on(workspace: Path) -> None:
    """An author who names every deployment is told of `--for`."""
    (workspace / "rsscorm.yaml").write_text("deployments:\n  north: {theme: clear}\n")
    done = rsscorm("build", folder=workspace)
    assert done.returncode == 2
    assert "--for north, or --for all" in done.stderr


def test_the_schema_bounds_numbers() -> None:
    """An editor knows the bounds of a number by the words of JSON Schema."""
    told = rsscorm("schema").stdout
    assert '"minimum": 11' in told
    assert '"ge"' not in told
    assert "(votes)" not in told


def test_a_workspace_with_an_address_hears_no_more_of_it(workspace: Path) -> None:
    """Where record stores know the modules by an address of the author's, nothing is said."""
    (workspace / "rsscorm.yaml").write_text("iri: https://learning.example.org/\n")
    assert "iri" not in rsscorm("build", folder=workspace).stderr


@pytest.mark.parametrize(("shell", "file"), [("bash", ".bashrc"), ("zsh", ".zshrc"),
                                             ("fish", "rsscorm.fish")])  # fmt: skip
def test_a_shell_completes_commands(shell: str, file: str) -> None:
    """Each script says where it goes, and asks rsscorm, which answers with commands and options."""
    script = rsscorm("completion", shell).stdout
    assert file in script.splitlines()[0]
    assert script.startswith("# ")
    asked = f"{shell}_complete"
    assert asked in script
    at = "ch" if shell == "fish" else "1"
    told = rsscorm(_RSSCORM_COMPLETE=asked, COMP_WORDS="rsscorm ch", COMP_CWORD=at).stdout
    assert "check" in told
    assert "build" not in told


@pytest.mark.parametrize("name", ["build", "check", "diff", "migrate", "preview", "release"])
def test_a_shell_completes_the_names_of_modules(workspace: Path, name: str) -> None:
    """Tab knows the modules of the workspace one is in, and of one that is named by -C."""
    bash, words = "bash_complete", f"rsscorm {name} no"
    here = rsscorm(folder=workspace, _RSSCORM_COMPLETE=bash, COMP_WORDS=words, COMP_CWORD="2")
    words = f"rsscorm {name} -C {workspace} no"
    there = rsscorm(_RSSCORM_COMPLETE=bash, COMP_WORDS=words, COMP_CWORD="4")
    assert here.stdout == there.stdout == "plain,noticing\n"


def test_diff_says_how_to_begin_another_edition(workspace: Path) -> None:
    """Who compares a release with itself has forgotten to give the new one its name."""
    assert rsscorm("build", folder=workspace).returncode == 0
    done = rsscorm("diff", folder=workspace)
    assert done.returncode == 2
    assert "no other edition of `noticing` than 2026.1" in done.stderr
    assert "change `edition:` in module.yaml first" in done.stderr


def test_diff_of_all_goes_past_a_module_that_is_new(workspace: Path) -> None:
    """A module that no learner has had keeps nobody from hearing of the others."""
    assert rsscorm("build", folder=workspace).returncode == 0
    module = workspace / "modules" / "noticing" / "module.yaml"
    module.write_text(module.read_text().replace("2026.1", "2026.2"))
    assert rsscorm("new", "Another", folder=workspace).returncode == 0
    done = rsscorm("diff", folder=workspace)
    assert done.returncode == 0, done.stderr
    assert "another, edition 1: seems to be new" in done.stdout
    assert "noticing, edition 2026.2, after 2026.1" in done.stdout


def test_release_says_which_modules_there_are(workspace: Path) -> None:
    """Who names no module is told the names, and how to say it."""
    done = rsscorm("release", folder=workspace)
    assert done.returncode == 2
    assert "Such as: rsscorm release noticing" in done.stderr
