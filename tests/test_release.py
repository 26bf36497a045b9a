"""An author releases an edition, and the next: checked, filed for good, told in a changelog."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import pytest
from workspaces import Quiet, built, contents, edit, files_made, rsscorm, write_module

from rsscorm import cli
from rsscorm.build import Made, Order, build
from rsscorm.build.shelf import releases
from rsscorm.release import RefusedError, release
from rsscorm.source import migrate, read_workspace
from rsscorm.source.migrate import Step, Texts

SETTINGS = """\
deployments:
  default: {theme: clear}
  northfield: {name: Northfield, polls: "https://polls.example.org"}
"""
SHELF = "dist/releases/noticing/2026.1"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with one module, for two deployments."""
    write_module(tmp_path)
    (tmp_path / "rsscorm.yaml").write_text(SETTINGS)
    return tmp_path


def run(workspace: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Release as an author does."""
    return rsscorm("release", "noticing", *words, folder=workspace)


def released(workspace: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Release, which goes well."""
    done = run(workspace, *words)
    assert done.returncode == 0, done.stderr
    return done


def source(workspace: Path) -> Path:
    """What the author edits."""
    return workspace / "modules/noticing/module.yaml"


def changelog(workspace: Path) -> Path:
    """What is written beside it."""
    return workspace / "modules/noticing/CHANGELOG.md"


def next_edition(workspace: Path) -> None:
    """The author's second edition: another option, another number."""
    edit(source(workspace), '"2026.1"', '"2026.2"')
    last = "          - nobody: Nobody, for now\n"
    edit(source(workspace), last, f"{last}          - team: The team\n")


# The first release


def test_a_release_is_filed(workspace: Path) -> None:
    """Packages, papers and sums that hold, in a folder of their own; and what goes to whom."""
    done = released(workspace)
    assert f"{SHELF}/\n" in done.stdout
    assert "To the LMS administrator:\n    noticing-2026.1-scorm12.zip" in done.stderr
    assert "polls.json" not in done.stderr
    folder = workspace / SHELF
    summed = (folder / "SHA256SUMS").read_text().splitlines()
    assert len(summed) == 10
    for line in summed:
        digest, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert {path.name for path in folder.iterdir()} == {
        "SHA256SUMS", "release.json", *(line.split("  ")[1] for line in summed),
    }  # fmt: skip


def test_its_changelog_begins(workspace: Path) -> None:
    """The first entry says that it is the first, and a changelog is in no package."""
    released(workspace)
    text = changelog(workspace).read_text()
    assert text.startswith("# Changes of noticing\n\n## 2026.1, ")
    assert text.endswith("\n\nFirst release.\n")
    assert files_made(workspace) == set()
    with zipfile.ZipFile(workspace / SHELF / "noticing-2026.1-scorm12.zip") as package:
        assert not [name for name in package.namelist() if "CHANGELOG" in name]


def test_the_poll_service_comes_first(workspace: Path) -> None:
    """Where votes are sent, its file must be there before the package is."""
    done = released(workspace, "--for", "northfield")
    lines = done.stderr.splitlines()
    first = lines.index("  To polls.example.org, before anything else:")
    assert first < lines.index("  To the LMS administrator:")
    assert (workspace / "dist/northfield/releases/noticing/2026.1/release.json").exists()


def test_again_is_no_release(workspace: Path) -> None:
    """The same content is released already: nothing is written, and all is well."""
    released(workspace, "--for", "all")
    before = contents(workspace), changelog(workspace).read_bytes()
    again = released(workspace, "--for", "all")
    assert again.stderr.count("Already released, the same as now: dist/") == 2
    assert (contents(workspace), changelog(workspace).read_bytes()) == before


def test_another_deployment_later(workspace: Path) -> None:
    """It joins the edition that is out; the changelog has it once."""
    released(workspace)
    done = released(workspace, "--for", "all")
    assert "Already released" in done.stderr
    assert (workspace / "dist/northfield/releases/noticing/2026.1").is_dir()
    assert changelog(workspace).read_text().count("## 2026.1") == 1


# The next


def test_the_next_edition_is_told_in_the_changelog(workspace: Path) -> None:
    """Newest first, in an author's words; what the author wrote there stays, letter by letter."""
    released(workspace)
    text = changelog(workspace).read_text().replace("First release.", "Our first. Thanks, Dee!")
    changelog(workspace).write_text(text)
    next_edition(workspace)
    released(workspace)
    after = changelog(workspace).read_text()
    new = after.partition("## 2026.2, ")[2].partition("## 2026.1, ")[0]
    assert "After 2026.1." in new
    assert "- Question `whom` (Whom do you tell first?): " in new
    assert "team" in new
    assert "Learners keep all that they have." in new
    assert text.partition("## ")[2] in after
    assert after.index("## 2026.2") < after.index("## 2026.1")


def test_words_alone(workspace: Path) -> None:
    """Where nothing that was recorded has changed, that is said."""
    released(workspace)
    edit(source(workspace), '"2026.1"', '"2026.2"')
    edit(source(workspace), "people talk", "people ask")
    released(workspace)
    assert "nothing that was recorded" in changelog(workspace).read_text()


def test_a_released_edition_is_never_replaced(workspace: Path) -> None:
    """Other content under its name is refused, and the release stays as it is."""
    released(workspace)
    before = contents(workspace / SHELF / "..")
    kept = (workspace / SHELF / "noticing-2026.1-scorm12.zip").read_bytes()
    edit(source(workspace), "people talk", "people ask")
    done = run(workspace)
    assert done.returncode == 1
    assert "Edition 2026.1 was released on" in done.stderr
    assert "Change `edition:`" in done.stderr
    assert (workspace / SHELF / "noticing-2026.1-scorm12.zip").read_bytes() == kept
    assert contents(workspace / SHELF / "..") == before


def test_a_build_says_that_it_is_no_longer_what_was_released(workspace: Path) -> None:
    """Before anybody takes one for the other; it is a warning, and said of that edition alone."""
    released(workspace)
    edit(source(workspace), "people talk", "people ask")
    outcome = built(workspace)
    assert [problem.code for problem in outcome.problems] == ["released-edition"]
    edit(source(workspace), '"2026.1"', '"2026.2"')
    assert built(workspace).problems == []


def test_diff_compares_with_the_last_release(workspace: Path) -> None:
    """Not with whatever was built since; of the same edition, too."""
    released(workspace)
    next_edition(workspace)
    built(workspace)
    edit(source(workspace), '"2026.2"', '"2026.3"')
    told = rsscorm("diff", "noticing", "--json", folder=workspace)
    [difference] = json.loads(told.stdout)
    assert (difference["old"], difference["new"]) == ("2026.1", "2026.3")
    assert difference["against"].startswith(SHELF)
    edit(source(workspace), '"2026.3"', '"2026.1"')
    [difference] = json.loads(rsscorm("diff", "noticing", "--json", folder=workspace).stdout)
    assert (difference["old"], difference["new"]) == ("2026.1", "2026.1")
    assert difference["items"]


def test_an_edition_that_the_changelog_has_and_the_shelf_has_not(workspace: Path) -> None:
    """Whoever threw dist/ away is told: the same name may be out with other content."""
    assert "already" not in released(workspace).stderr
    shutil.rmtree(workspace / "dist")
    edit(source(workspace), "people talk", "people ask")
    done = released(workspace)
    assert "CHANGELOG.md has an entry of this edition already" in done.stderr
    assert f"delete {SHELF}/" in done.stderr
    assert "has an entry" not in released(workspace, "--for", "northfield").stderr


@pytest.mark.parametrize(
    "before",
    [
        "# Changes\r\n\r\nOurs.\r\n\r\n## 0.9\r\n\r\nThe pilot.\r\n",
        "Ours\r\n\r\n",
        "\ufeff# Changes\n\n## 0.9\nThe pilot.   \n\n",
    ],
)
def test_a_changelog_stays_as_it_is_to_the_letter(workspace: Path, before: str) -> None:
    """Its line ends, marks and spaces; a link to it stays a link."""
    kept = workspace / "changes.md"
    kept.write_bytes(before.encode())
    changelog(workspace).symlink_to("../../changes.md")
    released(workspace)
    after = kept.read_bytes().decode()
    start, _, rest = after.partition("## 2026.1,")
    assert before.startswith(start.rstrip())
    assert rest.endswith(before.partition("## 0.9")[2])
    assert ("\r\n" in before) == (after.count("\r\n") == after.count("\n"))
    assert changelog(workspace).is_symlink()


# What stops a release


def test_a_changelog_in_another_encoding_stops_it(workspace: Path) -> None:
    """It is the author's, and can't be written into without harm."""
    changelog(workspace).write_bytes("# Änderungen\n".encode("latin-1"))
    done = run(workspace)
    assert done.returncode == 1
    assert "modules/noticing/CHANGELOG.md isn't UTF-8. Save it as UTF-8" in done.stderr
    assert not list((workspace / "dist").glob("releases/noticing/*"))


@pytest.mark.parametrize("record", ["{", "[]", '{"edition": "2026.1", "number": "x"}'])
def test_a_release_whose_record_is_harmed_is_not_replaced(workspace: Path, record: str) -> None:
    """It may be what was sent; the author decides, and is told of the folder."""
    released(workspace)
    (workspace / SHELF / "release.json").write_text(record)
    done = run(workspace)
    assert done.returncode == 1
    assert f"{SHELF} is there, and its release.json can't be read." in done.stderr
    assert (workspace / SHELF / "noticing-2026.1-xapi.zip").is_file()


def test_a_release_whose_package_is_harmed_stops_the_next(workspace: Path) -> None:
    """Nobody can say what has changed since then; which file it is, is said."""
    released(workspace)
    (workspace / SHELF / "noticing-2026.1-scorm12.zip").write_bytes(b"half")
    next_edition(workspace)
    done = run(workspace)
    assert done.returncode == 1
    assert "2026.1/noticing-2026.1-scorm12.zip` isn't a package" in done.stderr
    assert "Bring it back" in done.stderr


def test_problems_stop_it(workspace: Path) -> None:
    """They are told as `check` tells them, and nothing is filed."""
    edit(source(workspace), "answer: nurse", "answer: nuse")
    done = run(workspace)
    assert done.returncode == 1
    assert "unknown-id" in done.stderr and "noticing was not released." in done.stderr
    assert not (workspace / "dist/releases").exists()


def test_an_overdue_review_stops_it(tmp_path: Path) -> None:
    """A build only warns; a release says what to do."""
    write_module(tmp_path, reviewed='reviewed: {by: Us, on: "2020-01-01", next: "2021-01-01"}\n')
    done = run(tmp_path)
    assert done.returncode == 1
    assert "Its review is overdue." in done.stderr
    assert not (tmp_path / "dist/releases").exists()


def test_another_meaning_under_an_old_id_stops_it(workspace: Path) -> None:
    """An id that was retired and is taken up again: only --anyway goes on."""
    edit(source(workspace), "steps:", "retired: [old-question]\nsteps:")
    released(workspace)
    edit(source(workspace), "retired: [old-question]\n", "")
    edit(source(workspace), '"2026.1"', '"2026.2"')
    edit(source(workspace), "id: want-to-know", "id: old-question")
    edit(source(workspace), "after: want-to-know", "after: old-question")
    done = run(workspace)
    assert done.returncode == 1
    assert "`old-question` was retired and is taken up again" in done.stderr
    assert not (workspace / "dist/releases/noticing/2026.2").exists()
    released(workspace, "--anyway")
    assert (workspace / "dist/releases/noticing/2026.2").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["notcing"], "There is no module `notcing`. Did you mean `noticing`?"),
        (["noticing", "--for", "north"], "There is no deployment `north`."),
        ([], "Say which module to release: noticing."),
    ],
)
def test_names_that_are_not_there(workspace: Path, words: list[str], said: str) -> None:
    """What may have been meant; exit code 2."""
    done = rsscorm("release", *words, folder=workspace)
    assert done.returncode == 2
    assert said in done.stderr


def test_who_saves_meanwhile_releases_again(workspace: Path) -> None:
    """What was built isn't filed under an edition that was saved a moment later."""

    class Hasty(Quiet):
        def made(self, made: Made) -> None:
            if made.file.endswith(".polls.json"):
                next_edition(workspace)

    today = date.fromisoformat("2026-05-01")
    with pytest.raises(RefusedError, match="changed while it was being released"):
        release(workspace, "noticing", ("default",), Hasty(), today)
    assert not (workspace / "dist/releases").exists()
    assert not changelog(workspace).exists()
    released(workspace)
    assert (workspace / "dist/releases/noticing/2026.2/noticing-2026.2-scorm12.zip").exists()


# All or nothing


def test_a_disk_that_will_not_leaves_nothing(workspace: Path) -> None:
    """The second deployment can't be filed: neither is the first, and no changelog is written."""
    built(workspace, deployments=("all",))
    (workspace / "dist/northfield/releases").write_text("in the way")
    before = contents(workspace)
    done = run(workspace, "--for", "all")
    assert done.returncode == cli.DISK
    assert contents(workspace) == before
    assert not changelog(workspace).exists()


def test_a_half_made_release_is_none(workspace: Path) -> None:
    """What a killed release was laying out is no release, and the next makes it whole."""
    half = workspace / "dist/releases/noticing/.2026.1.part"
    half.mkdir(parents=True)
    (half / "noticing-2026.1-scorm12.zip").write_bytes(b"half")
    (half / "release.json").write_text("{}")
    assert releases(read_workspace(workspace), "default", "noticing") == []
    released(workspace)
    assert not half.exists()
    assert len(releases(read_workspace(workspace), "default", "noticing")) == 1


def test_a_record_that_is_harmed_is_no_release(workspace: Path) -> None:
    """Whatever stands in a folder there, nothing breaks."""
    released(workspace)
    (workspace / SHELF / "release.json").write_text("[]")
    outcome = build(str(workspace), Order(), Quiet())
    assert outcome.problems == []
    assert releases(read_workspace(workspace), "default", "noticing") == []


# Later versions of the format


def test_with_one_version_there_is_nothing_to_migrate(workspace: Path) -> None:
    """All is current, and not a byte is touched."""
    before = source(workspace).read_bytes()
    done = rsscorm("migrate", folder=workspace)
    assert (done.returncode, done.stdout) == (0, "1 module is in format 1: nothing to do.\n")
    assert source(workspace).read_bytes() == before


def test_a_later_version_brings_its_step(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Were `summary` called `about` in a version 2: the word changes, and all else stays."""

    def about(texts: Texts) -> Texts:
        return {"module.yaml": texts["module.yaml"].replace("\nsummary:", "\nabout:")}

    before = "# Ours, and we like it\n" + source(workspace).read_text() + "\n# The end\n"
    source(workspace).write_text(before)
    monkeypatch.setitem(migrate.STEPS, 1, about)
    assert cli.run(["migrate", "-C", str(workspace)]) == cli.FINE
    assert capsys.readouterr().out == "modules/noticing/module.yaml\n"
    after = source(workspace).read_text()
    expected = before.replace("\nsummary:", "\nabout:").replace("rsscorm: 1", "rsscorm: 2")
    assert after == expected
    assert cli.run(["migrate", "-C", str(workspace)]) == cli.FINE
    assert "in format 2: nothing to do" in capsys.readouterr().out
    assert not list(source(workspace).parent.glob("*.part"))


def test_steps_follow_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module of version 1 goes all the way, through every version between."""

    def step(version: int) -> Step:
        mark = f"# by the step from {version}\n"
        return lambda texts: {"module.yaml": texts["module.yaml"] + mark}

    for version in (1, 2):
        monkeypatch.setitem(migrate.STEPS, version, step(version))
    texts = {"module.yaml": 'rsscorm: "1"\n', "see.md": "Words\n"}
    after = 'rsscorm: "3"\n# by the step from 1\n# by the step from 2\n'
    assert migrate.migrated(texts) == {"module.yaml": after}


def test_a_module_that_is_too_new_is_told_plainly(workspace: Path) -> None:
    """`check` and `migrate` say that a newer rsscorm is needed."""
    edit(source(workspace), "rsscorm: 1", "rsscorm: 2")
    for words in ("check", "build"):
        done = rsscorm(words, folder=workspace)
        assert done.returncode == 1
        assert "written in format 2, and this rsscorm reads format 1" in done.stderr
        assert "Install a newer rsscorm." in done.stderr
    done = rsscorm("migrate", folder=workspace)
    assert done.returncode == 1
    assert "is in a newer format than this rsscorm reads" in done.stderr


def test_a_module_without_a_version_is_left_alone(workspace: Path) -> None:
    """It is no guess of ours which one it is."""
    edit(source(workspace), "rsscorm: 1\n", "")
    done = rsscorm("migrate", folder=workspace)
    assert done.returncode == 1
    assert "rsscorm check noticing" in done.stderr


@pytest.mark.parametrize("link", ["modules/noticing", "modules/noticing/module.yaml"])
def test_a_module_that_is_a_link_is_left_alone(workspace: Path, link: str) -> None:
    """What it leads to may belong to somebody else."""
    (workspace / link).rename(workspace / "elsewhere")
    (workspace / link).symlink_to(workspace / "elsewhere")
    done = rsscorm("migrate", folder=workspace)
    assert done.returncode == 1
    assert done.stderr.startswith("modules/noticing is a link, and stays as it is")


def test_a_workspace_that_moves_keeps_its_releases(workspace: Path, tmp_path: Path) -> None:
    """Nothing in a release names where it was made."""
    released(workspace)
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for name in ("modules", "dist", "rsscorm.yaml"):
        shutil.move(workspace / name, moved / name)
    assert "Already released" in released(moved).stderr
