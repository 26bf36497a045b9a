"""An author builds again and again: only what has changed is made, whole or not at all, the same
bytes wherever it is made."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from workspaces import (
    Quiet,
    built,
    command,
    contents,
    edit,
    files_made,
    imported,
    rsscorm,
    with_papers,
    write_module,
)

from rsscorm import build as build_stage
from rsscorm.build import Order, UnknownNameError, build, compiler, stamp
from rsscorm.build.lock import one_at_a_time
from rsscorm.package import FORMATS, SelfCheckError

NOTICING = {
    "dist/noticing-2026.1-scorm12.zip",
    "dist/noticing-2026.1-xapi.zip",
    "dist/noticing-2026.1.polls.json",
}
TELLING = {file.replace("noticing", "telling") for file in NOTICING}
SETTINGS = """\
values: {lead: the nurse in charge}
deployments:
  default: {theme: clear}
  northfield:
    name: Northfield
    theme: own
    logo: brand/northfield.svg
  southfield:
    name: Southfield
    theme: nhs
"""
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"/>'


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with two modules."""
    write_module(tmp_path, "noticing")
    write_module(tmp_path, "telling")
    return tmp_path


@pytest.fixture
def trusts(workspace: Path) -> Path:
    """The workspace of two trusts, of which one has its own theme and logo."""
    (workspace / "rsscorm.yaml").write_text(SETTINGS)
    (workspace / "themes" / "own").mkdir(parents=True)
    (workspace / "themes" / "own" / "theme.yaml").write_text('extends: clear\naction: "#123456"\n')
    (workspace / "brand").mkdir()
    (workspace / "brand" / "northfield.svg").write_text(LOGO)
    return workspace


def deployments_of(files: set[str]) -> set[str]:
    """For which deployments files were made."""
    return {Path(file).parent.name for file in files}


# Only what has changed


def test_a_first_build_makes_everything_and_a_second_nothing(workspace: Path) -> None:
    """Both formats and the file for the poll service, once."""
    assert files_made(workspace) == NOTICING | TELLING
    before = {path: path.stat().st_mtime_ns for path in (workspace / "dist").iterdir()}
    assert files_made(workspace) == set()
    assert {path: path.stat().st_mtime_ns for path in (workspace / "dist").iterdir()} == before


def test_a_build_with_nothing_to_do_loads_nothing_heavy(workspace: Path) -> None:
    """It answers at once because it imports neither model nor parser nor templates."""
    for path in workspace.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))  # not just saved, and so to be relied upon
    built(workspace)
    heavy = {"pydantic", "yaml", "jinja2", "lxml", "PIL", "tincan", "pathlib", "hashlib"}
    assert heavy & imported("build", "-C", workspace) == set()


def test_touching_files_changes_nothing(workspace: Path) -> None:
    """Another time on a file is not another content."""
    built(workspace)
    for path in (workspace / "modules").rglob("*"):
        os.utime(path, (1, 1))
    assert files_made(workspace) == set()
    assert files_made(workspace) == set()


def test_a_touched_package_is_made_again_as_it_was(workspace: Path) -> None:
    """A package that may have been altered is not trusted; its bytes come out the same."""
    built(workspace)
    before = contents(workspace)
    os.utime(workspace / "dist/noticing-2026.1-xapi.zip", (1, 1))
    assert files_made(workspace) == {"dist/noticing-2026.1-xapi.zip"}
    assert contents(workspace) == before


def test_one_changed_module_is_made_again_alone(workspace: Path) -> None:
    """Words, and a film of the same length, are found out."""
    built(workspace)
    edit(workspace / "modules/noticing/module.yaml", "people talk", "people ask")
    assert files_made(workspace) == NOTICING
    film = workspace / "modules/telling/media/film.mp4"
    film.write_bytes(film.read_bytes()[:-1] + b"!")
    assert files_made(workspace) == TELLING


def test_what_is_no_file_is_passed_over(workspace: Path) -> None:
    """A link to a folder, a link to nowhere and a pipe in a module's folder harm nobody."""
    folder = workspace / "modules/noticing"
    (folder / "elsewhere").symlink_to(workspace)
    (folder / "nowhere").symlink_to("nothing")
    os.mkfifo(folder / "pipe")
    assert files_made(workspace) == NOTICING | TELLING
    assert files_made(workspace) == set()


def test_a_quick_second_edit_is_found_out(workspace: Path) -> None:
    """A file saved twice within one tick of the clock, at the same length, is not missed."""
    path = workspace / "modules/noticing/module.yaml"
    built(workspace)
    moment = path.stat()
    edit(path, "people talk", "people walk")
    os.utime(path, ns=(moment.st_atime_ns, moment.st_mtime_ns))
    assert files_made(workspace) == NOTICING


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"altered")])
def test_a_missing_or_altered_package_is_made_again(
    workspace: Path, harm: Callable[[Path], None]
) -> None:
    """What is in `dist` afterwards is what the sources say."""
    built(workspace)
    before = contents(workspace)
    harm(workspace / "dist/noticing-2026.1-xapi.zip")
    assert files_made(workspace) == {"dist/noticing-2026.1-xapi.zip"}
    assert contents(workspace) == before


def test_formats_and_modules_can_be_named(workspace: Path) -> None:
    """What was not asked for is made when it is."""
    assert files_made(workspace, "telling", formats=("xapi",)) == {
        "dist/telling-2026.1-xapi.zip", "dist/telling-2026.1.polls.json",
    }  # fmt: skip
    assert files_made(workspace) == NOTICING | TELLING - {
        "dist/telling-2026.1-xapi.zip", "dist/telling-2026.1.polls.json",
    }  # fmt: skip


def test_a_format_left_out_after_an_edit_is_still_due(workspace: Path) -> None:
    """The other format is of the older words, whatever was built since."""
    built(workspace)
    edit(workspace / "modules/noticing/module.yaml", "people talk", "people ask")
    built(workspace, formats=("scorm12",))
    assert files_made(workspace) == {"dist/noticing-2026.1-xapi.zip"}


def test_an_older_edition_is_left_alone(workspace: Path) -> None:
    """An administrator may still need it."""
    built(workspace)
    edit(workspace / "modules/noticing/module.yaml", "2026.1", "2026.2")
    built(workspace)
    assert {f"dist/{name}" for name in contents(workspace)} >= NOTICING
    assert (workspace / "dist/noticing-2026.2-xapi.zip").exists()


def test_a_lost_or_broken_memory_only_costs_time(workspace: Path) -> None:
    """The cache may be deleted or harmed at any time."""
    built(workspace)
    before = contents(workspace)
    memory = workspace / ".rsscorm/stamp"
    whole = memory.read_bytes()
    for broken in (b"", b"{", whole[:-1], whole.replace(b'"looks"', b'"books"'), b"[" * 99_999):
        memory.write_bytes(broken)
        assert files_made(workspace) == NOTICING | TELLING
    shutil.rmtree(workspace / ".rsscorm")
    assert files_made(workspace) == NOTICING | TELLING
    assert contents(workspace) == before
    assert (workspace / ".rsscorm/.gitignore").read_text() == "*\n"


def test_a_new_version_of_the_tool_makes_everything_again(
    workspace: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a package is made of is the tool, too."""
    tool = tmp_path_factory.mktemp("tool")
    shutil.copytree(stamp.PACKAGE, tool / "rsscorm", ignore=shutil.ignore_patterns("node_modules"))
    monkeypatch.setattr(stamp, "PACKAGE", str(tool / "rsscorm"))
    assert files_made(workspace) == NOTICING | TELLING
    shutil.copytree(tool / "rsscorm", tool / "again")
    monkeypatch.setattr(stamp, "PACKAGE", str(tool / "again"))
    assert files_made(workspace) == set()
    with (tool / "again/render/words/en.toml").open("a") as file:
        file.write("# another word\n")
    assert files_made(workspace) == NOTICING | TELLING


# Deployments


def test_each_deployment_has_its_folder(trusts: Path) -> None:
    """The default in `dist/`, the others in folders of their own, with their theme and logo."""
    made = files_made(trusts, deployments=("all",))
    assert deployments_of(made) == {"dist", "northfield", "southfield"}
    assert len(made) == 3 * len(NOTICING | TELLING)
    with zipfile.ZipFile(trusts / "dist/northfield/noticing-2026.1-scorm12.zip") as package:
        assert b"#123456" in package.read("player.css")
        assert "media/northfield.svg" in package.namelist()
    assert files_made(trusts, deployments=("all",)) == set()
    assert files_made(trusts, deployments=("northfield", "southfield")) == set()


@pytest.mark.parametrize(
    ("file", "old", "new", "affected"),
    [
        ("themes/own/theme.yaml", "#123456", "#234567", {"northfield"}),
        ("brand/northfield.svg", "40", "41", {"northfield"}),
        ("rsscorm.yaml", "name: Southfield", "name: South", {"southfield"}),
        ("rsscorm.yaml", "in charge", "on duty", {"dist", "northfield", "southfield"}),
        ("rsscorm.yaml", "values:", "# a comment\nvalues:", set()),
    ],
)
def test_what_a_change_affects_is_made_again(
    trusts: Path, file: str, old: str, new: str, affected: set[str]
) -> None:
    """A theme, a logo and the settings concern the deployments that have them, and no other."""
    built(trusts, deployments=("all",))
    edit(trusts / file, old, new)
    assert deployments_of(files_made(trusts, deployments=("all",))) == affected


def test_a_theme_may_be_a_link(trusts: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Several workspaces share a theme by linking to it: a change there is a change here."""
    shared = tmp_path_factory.mktemp("shared") / "own"
    shutil.move(trusts / "themes/own", shared)
    (trusts / "themes/own").symlink_to(shared)
    (trusts / "themes/here").symlink_to(trusts)
    built(trusts, deployments=("all",))
    edit(shared / "theme.yaml", "#123456", "#234567")
    assert deployments_of(files_made(trusts, deployments=("all",))) == {"northfield"}
    assert files_made(trusts, deployments=("all",)) == set()


def test_identifiers_never_change(trusts: Path) -> None:
    """Whatever the edition, title, words, files, theme or deployment: every identifier in a
    manifest and every activity's id is made of the module's id, so an LMS knows it again."""
    built(trusts, "noticing", deployments=("all",))
    source = trusts / "modules/noticing"
    for old, new in {
        'edition: "2026.1"': 'edition: "2027.1"',
        "title: Noticing": "title: Noticing, and telling",
        "minutes: 5": "minutes: 6",
        "id: seeing": "id: looking",
        "media/film.mp4": "media/newer.mp4",
    }.items():
        edit(source / "module.yaml", old, new)
    (source / "media/film.mp4").rename(source / "media/newer.mp4")
    built(trusts, "noticing", deployments=("all",))
    assert len(identifiers(trusts, "scorm12", "imsmanifest.xml", "identifier")) == 4
    assert len(identifiers(trusts, "xapi", "tincan.xml", "id")) == 1


def identifiers(trusts: Path, format: str, manifest: str, attribute: str) -> tuple[str, ...]:
    """What LMSs know both editions by, for each of three deployments: always the same."""
    packages = list((trusts / "dist").rglob(f"noticing-*-{format}.zip"))
    assert len(packages) == 2 * 3
    found = set()
    for package in packages:
        with zipfile.ZipFile(package) as archive:
            text = archive.read(manifest).decode()
        found.add(tuple(re.findall(rf' {attribute}="([^"]*)"', text)))
    [always] = found
    return always


def test_a_theme_that_stands_before_ours_is_found(trusts: Path) -> None:
    """A workspace's own theme of the same name takes the place of the tool's."""
    built(trusts, deployments=("all",))
    shutil.copytree(trusts / "themes/own", trusts / "themes/nhs")
    assert deployments_of(files_made(trusts, deployments=("all",))) == {"southfield"}


def test_a_broken_theme_or_setting_stops_everything(trusts: Path) -> None:
    """Nothing is made, and every problem is told at once, those of the modules too."""
    edit(trusts / "themes/own/theme.yaml", "#123456", "no colour")
    edit(trusts / "modules/telling/module.yaml", "answer: nurse", "answer: nuse")
    outcome = build(str(trusts), Order(), Quiet())
    assert outcome.made == []
    assert {problem.file for problem in outcome.problems} == {
        "modules/telling/module.yaml", "themes/own/theme.yaml",
    }  # fmt: skip


@pytest.mark.parametrize("colour", ["#123456", "", '"#12"'])
def test_a_colour_that_is_none_stops_everything(trusts: Path, colour: str) -> None:
    """Without its quotes a colour is a comment to YAML: that is told, and nothing is made."""
    edit(trusts / "themes/own/theme.yaml", '"#123456"', colour)
    outcome = build(str(trusts), Order(), Quiet())
    assert outcome.made == []
    assert [problem.file for problem in outcome.problems] == ["themes/own/theme.yaml"]
    assert not outcome.problems[0].is_warning


def test_names_that_are_not_there_are_refused(trusts: Path) -> None:
    """A module or deployment that was misspelt is no reason to build everything."""
    with pytest.raises(UnknownNameError) as unknown:
        built(trusts, "notice")
    assert (unknown.value.kind, unknown.value.known) == ("module", ["noticing", "telling"])
    with pytest.raises(UnknownNameError):
        built(trusts, deployments=("north",))
    built(trusts)
    with pytest.raises(UnknownNameError):
        built(trusts, deployments=("north",))


# Problems


def test_a_module_with_problems_stops_no_other(workspace: Path) -> None:
    """All problems are told, the other module is built, and an older package stays."""
    built(workspace, "noticing")
    before = contents(workspace)
    edit(workspace / "modules/noticing/module.yaml", "answer: nurse", "answer: nuse")
    outcome = build(str(workspace), Order(), Quiet())
    assert [problem.file for problem in outcome.problems] == ["modules/noticing/module.yaml"]
    assert {made.file for made in outcome.made} == TELLING
    assert before.items() <= contents(workspace).items()
    again = build(str(workspace), Order(), Quiet())
    assert again.problems == outcome.problems
    edit(workspace / "modules/noticing/module.yaml", "answer: nuse", "answer: nurse")
    assert files_made(workspace) == set()


def test_a_review_that_is_due_is_said_every_time(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when nothing is made, and on the day when it begins to be true."""
    shutil.rmtree(workspace / "modules/noticing")
    reviewed = 'reviewed: {by: Us, on: "2020-01-01", next: "2021-01-01"}\n'
    write_module(workspace, "noticing", reviewed=reviewed)
    for _ in range(2):
        outcome = built(workspace)
        assert [problem.code for problem in outcome.problems] == ["review-past"]
    assert outcome.made == []
    for stage in (build_stage, compiler):
        monkeypatch.setattr(stage, "today", lambda: "2999-01-01")
    listener = Quiet()
    assert build(str(workspace), Order(), listener).made == []
    assert "noticing" in listener.told


def test_two_modules_never_share_a_package(workspace: Path) -> None:
    """`a` in edition `b-1` and `a-b` in edition `1` would be the same file."""
    write_module(workspace, "noticing-early", edition="1")
    write_module(workspace, "noticing-early-again", edition="1")
    edit(workspace / "modules/noticing/module.yaml", "2026.1", "early-1")
    outcome = build(str(workspace), Order(), Quiet())
    assert {problem.code for problem in outcome.problems} == {"same-package"}
    assert {problem.file for problem in outcome.problems} == {"modules/noticing-early/module.yaml"}


def test_a_freed_name_can_be_taken(workspace: Path) -> None:
    """Once a module has another edition, another may have the package's name."""
    edit(workspace / "modules/noticing/module.yaml", "2026.1", "early-1")
    built(workspace)
    edit(workspace / "modules/noticing/module.yaml", "early-1", "2026.2")
    write_module(workspace, "noticing-early", edition="1")
    assert "dist/noticing-early-1-xapi.zip" in files_made(workspace)


def test_a_picture_that_breaks_off_is_told(workspace: Path) -> None:
    """Only decoding finds it out, so only a build can."""
    picture = workspace / "modules/noticing/media/ward.jpg"
    picture.write_bytes(picture.read_bytes()[:2000])
    outcome = build(str(workspace), Order(), Quiet())
    assert [(problem.file, problem.code) for problem in outcome.problems] == [
        ("modules/noticing/media/ward.jpg", "bad-picture")
    ]
    assert {made.file for made in outcome.made} == TELLING


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("<p>\n{% if x %}", 2, "Unexpected end of template"),
        ("<p>\n{{ nothing }}", 2, "'nothing' is undefined"),
        ('<p>\n\n{% include "../../rsscorm.yaml" %}', 3, "there is no template"),
    ],
)
def test_a_theme_s_own_template_that_can_t_be_used_is_told(
    workspace: Path, text: str, line: int, said: str
) -> None:
    """With its line, as a problem of the theme; it is no fault of rsscorm's."""
    template = workspace / "themes/ours/templates/page.html"
    template.parent.mkdir(parents=True)
    template.write_text(text)
    (workspace / "themes/ours/theme.yaml").write_text("extends: clear\n")
    (workspace / "rsscorm.yaml").write_text("deployments: {default: {theme: ours}}\n")
    problems = build(str(workspace), Order(), Quiet()).problems
    places = {(problem.file, problem.line, problem.code) for problem in problems}
    assert places == {("themes/ours/templates/page.html", line, "theme-template")}
    assert said in problems[0].message


def test_a_film_saved_while_it_is_packed_is_told(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The author is asked to build again, and nothing half-made is left."""
    film = workspace / "modules/noticing/media/film.mp4"
    known = stamp.Stamp.checksum

    def saved_meanwhile(self: stamp.Stamp, path: object) -> int:
        if path == film:
            film.write_bytes(film.read_bytes() + b"more")
        return known(self, path)

    monkeypatch.setattr(stamp.Stamp, "checksum", saved_meanwhile)
    outcome = build(str(workspace), Order(), Quiet())
    assert [problem.code for problem in outcome.problems] == ["changed-meanwhile"]
    assert {made.file for made in outcome.made} == TELLING
    assert {f"dist/{name}" for name in contents(workspace)} == with_papers(TELLING)


def test_a_package_that_breaks_a_rule_is_never_written(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours stops the build, and leaves what was there."""
    built(workspace)
    before = contents(workspace)
    edit(workspace / "modules/noticing/module.yaml", "people talk", "people ask")

    def broken(*_: object) -> dict[str, bytes | Path]:
        raise SelfCheckError("scorm12", ["it is broken"])

    monkeypatch.setitem(FORMATS, "scorm12", broken)
    with pytest.raises(SelfCheckError):
        build(str(workspace), Order(), Quiet())
    assert contents(workspace) == before


# One at a time, whole or not at all


def test_a_second_build_waits_for_the_first(workspace: Path) -> None:
    """It says so, and goes on when the first has ended."""
    (workspace / ".rsscorm").mkdir()
    with one_at_a_time(str(workspace / ".rsscorm/lock"), lambda: None):
        second = subprocess.Popen(
            command("build", "-C", workspace),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert second.stderr is not None
        assert "Another build is at work" in second.stderr.readline()
        assert second.poll() is None
        assert not (workspace / "dist").exists()
    second.communicate()
    assert second.returncode == 0
    assert {f"dist/{name}" for name in contents(workspace)} == with_papers(NOTICING | TELLING)


def test_builds_at_once_end_as_one(workspace: Path) -> None:
    """Three at once in one folder: all are content, and the packages are whole."""
    words = command("build", "-C", workspace)
    builds = [subprocess.Popen(words, stderr=subprocess.PIPE) for _ in range(3)]
    assert [running.communicate() and running.returncode for running in builds] == [0, 0, 0]
    after = contents(workspace)
    shutil.rmtree(workspace / "dist")
    built(workspace)
    assert contents(workspace) == after


def test_an_interrupted_build_leaves_whole_files(tmp_path: Path) -> None:
    """Ctrl-C in the middle: exit code 130, what is there is whole, the next build does the rest."""
    for number in range(20):
        write_module(tmp_path, f"module-{number:02}", film=5_000_000)
    words = command("build", "-v", "-C", tmp_path)
    running = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert running.stderr is not None
    assert "1 of 20" in running.stderr.readline()
    running.send_signal(signal.SIGINT)
    _, said = running.communicate()
    assert running.returncode == 130
    assert "Interrupted" in said
    assert_all_whole(tmp_path)
    assert not list((tmp_path / "dist").glob(".*"))
    made = {f"dist/{name}" for name in contents(tmp_path)}
    assert len(made) < 200
    rest = with_papers(files_made(tmp_path))
    assert rest | made == {f"dist/{name}" for name in contents(tmp_path)}
    assert len(contents(tmp_path)) == 200


def test_leftovers_of_a_killed_build_go(workspace: Path) -> None:
    """What a killed build was writing is removed by the next; other hidden files are not ours."""
    dist = workspace / "dist"
    dist.mkdir()
    for name in (
        ".noticing-2026.1-xapi.zip.part",
        ".noticing-2026.1.polls.json.part",
        ".noticing-2026.1-xapi.html.part",
        ".keep",
    ):
        (dist / name).write_bytes(b"half")
    half = workspace / ".rsscorm/pictures/.half"
    half.mkdir(parents=True)
    built(workspace)
    assert [path.name for path in dist.glob(".*")] == [".keep"]
    assert not half.exists()


def assert_all_whole(workspace: Path) -> None:
    """Every package that can be seen can be read to its end."""
    for path in (workspace / "dist").rglob("[!.]*.zip"):
        with zipfile.ZipFile(path) as package:
            assert package.testzip() is None


@pytest.mark.long
def test_a_killed_build_never_leaves_half_a_package(tmp_path: Path) -> None:
    """kill -9 at fifty moments: what is there is whole, and the next build comes to the same."""
    for number in range(5):
        write_module(tmp_path, f"module-{number}", film=20_000_000)
    built(tmp_path)
    wanted = contents(tmp_path)
    chance = random.Random(7)
    moments = [chance.uniform(0.1, 1.5) for _ in range(50)]
    killed = 0
    for moment in moments:
        shutil.rmtree(tmp_path / "dist")
        (tmp_path / ".rsscorm/stamp").unlink(missing_ok=True)
        running = subprocess.Popen(command("build", "-C", tmp_path), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)  # fmt: skip
        try:
            running.wait(moment)
        except subprocess.TimeoutExpired:
            running.kill()
            killed += 1
        running.wait()
        if (tmp_path / "dist").exists():
            assert_all_whole(tmp_path)
        built(tmp_path)
        assert contents(tmp_path) == wanted
        assert not list((tmp_path / "dist").glob(".*"))
    print(f"killed {killed} of {len(moments)} builds")
    assert killed > 10


@pytest.mark.long
def test_a_power_cut_never_hides_what_is_out_of_date(tmp_path: Path) -> None:
    """A rename that the disk had not kept, of packages or of our memory: the next build sees it.

    Every file is on the disk before it gets its name, so after a power cut each of them is
    either the old one or the new one, in any mixture.
    """
    workspace, snapshots = tmp_path / "workspace", {}
    for name in ("noticing", "telling"):
        write_module(workspace, name)
    for old, new in (("talk", "ask"), ("ask", "walk")):
        edit(workspace / "modules/noticing/module.yaml", f"people {old}", f"people {new}")
        built(workspace)
        snapshots[new] = tmp_path / new
        shutil.copytree(workspace, snapshots[new])
    wanted, chance = contents(workspace), random.Random(11)
    kept = [f"dist/{name}" for name in wanted] + [".rsscorm/stamp"]
    for _ in range(200):
        for file in kept:
            (workspace / file).unlink(missing_ok=True)
            generation = chance.choice([*snapshots.values(), None])
            if generation:
                shutil.copy2(generation / file, workspace / file)
        built(workspace)
        assert contents(workspace) == wanted


# The same bytes everywhere


def test_the_same_source_gives_the_same_bytes_everywhere(
    trusts: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Two folders, time zones, umasks, hash seeds, and inputs touched at other times."""
    elsewhere = tmp_path_factory.mktemp("another place") / "with a longer name"
    shutil.copytree(trusts, elsewhere)
    for path in elsewhere.rglob("*"):
        os.utime(path, (time.time() + 86_400, time.time() + 86_400))
    places = [
        (trusts, {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "LC_ALL": "C"}, 0o077),
        (elsewhere, {"TZ": "America/Adak", "PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8"}, 0o002),
    ]
    for folder, environment, umask in places:
        done = subprocess.run(
            command("build", "--for", "all", "-C", folder), umask=umask,
            env={**os.environ, **environment}, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert contents(trusts) == contents(elsewhere)
    assert len(contents(trusts)) == 60


def test_the_date_of_a_release_can_be_given(workspace: Path) -> None:
    """SOURCE_DATE_EPOCH dates the entries; nothing else changes, so the digests are the same."""
    plain = rsscorm("build", "-v", "-C", workspace)
    dated = rsscorm("build", "-v", "-C", workspace, SOURCE_DATE_EPOCH="1780000000")
    digests = re.compile(r"content ([0-9a-f]{64})")
    assert digests.findall(plain.stdout) == digests.findall(dated.stdout)
    assert len(digests.findall(dated.stdout)) == 6
    with zipfile.ZipFile(workspace / "dist/noticing-2026.1-xapi.zip") as package:
        assert {entry.date_time[:3] for entry in package.infolist()} == {(2026, 5, 28)}
