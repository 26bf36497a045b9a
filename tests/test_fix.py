"""An author lets check mend slips of the finger, and finds the file as it was otherwise."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import test_check_problems as cases
import tiny
from examples import GOOD, lay_out, write
from hypothesis import given, settings
from hypothesis import strategies as st
from workspaces import rsscorm

from rsscorm.fix import SPOILS, Mender, mend
from rsscorm.fix.copy import copied
from rsscorm.fix.edits import FIXES
from rsscorm.problems import CODES
from rsscorm.source import check

HEAD = GOOD.replace("      - text: Words.\n", "")

MENDED = {
    "text with a colon": (
        "- text: Remember: listen first\n", "- text: |\n    Remember: listen first\n"),
    "text that a comment would cut": (
        "- callout: Room #4 and key # on the left\n  tone: warning\n",
        "- callout: |\n    Room #4 and key # on the left\n  tone: warning\n"),
    "text that begins with a quotation": (
        '- text: "Just this once", said Sam,\n    and smiled.\n',
        '- text: |\n    "Just this once", said Sam,\n    and smiled.\n'),
    "text that begins with stars": ("- text: *This* counts\n", "- text: |\n    *This* counts\n"),
    "a misspelt kind": (
        "- callot: Words.\n  tone: warning  # us\n", "- callout: Words.\n  tone: warning  # us\n"),
    "a misspelt key": (
        "- callout: Words.\n  tonne: warning\n", "- callout: Words.\n  tone: warning\n"),
    "a misspelt word": (
        "- callout: Words.\n  tone: waring\n", "- callout: Words.\n  tone: warning\n"),
    "a question without its id": (
        "- note: What have you noticed on your ward today?\n  words: 60\n",
        "- note: What have you noticed on your ward today?\n  id: what-have-you-noticed-on\n"
        "  words: 60\n"),
    "a misspelt id": (
        "- note: What have you noticed?\n  idd: noticed\n",
        "- note: What have you noticed?\n  id: noticed\n"),
    "options without their ids": (
        "- choice: Whom do you tell?\n  id: whom\n  options:\n    - A nurse\n    - all Everybody\n"
        "    - nobody:Nobody\n    - 7:30 comes soon\n",
        "- choice: Whom do you tell?\n  id: whom\n  options:\n    - a-nurse: A nurse\n"
        "    - all: Everybody\n    - nobody: Nobody\n    - 7-30-comes-soon: 7:30 comes soon\n"),
    "a colon without a space": (
        "- callout: Words.\n  tone:warning\n", "- callout: Words.\n  tone: warning\n"),
    "tabs": ("- callout: Words.\n\t\t\t\ttone: warning\n", "- callout: Words.\n  tone: warning\n"),
    "a path in the wrong case": (
        "- image: Door.SVG\n  alt: A door\n", "- image: door.svg\n  alt: A door\n"),
}  # fmt: skip
"""What an author wrote among the blocks, and what it becomes, by what is wrong."""

DOOR = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></svg>'


def module(workspace: Path, blocks: str) -> Path:
    """A module with these blocks, whose lines begin where blocks do."""
    lines = (line if line.startswith("\t") else f"      {line}" for line in blocks.splitlines(True))
    path = write(workspace, "a-first", HEAD + "".join(lines))
    (path.parent / "door.svg").write_text(DOOR)
    return path


@pytest.mark.parametrize("what", MENDED)
def test_a_slip_is_mended_and_nothing_else_is_touched(tmp_path: Path, what: str) -> None:
    """The lines that are wrong become right; everything around them stays to the letter."""
    wrong, right = MENDED[what]
    around = "# Our own note, kept as it is\n- text:   Two  spaces   stay\n"
    path = module(tmp_path, around + wrong + around)
    done = rsscorm("check", "--fix", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("modules/a-first/module.yaml:")
    whole = path.read_text()
    assert whole == module(tmp_path, around + right + around).read_text()
    assert check(tmp_path) == []


def test_each_fix_is_told_with_its_line_as_it_is_now(tmp_path: Path) -> None:
    """Lines that a fix adds are counted for those below it."""
    path = module(
        tmp_path, "- text: One: two\n- text: Three: four\n- callot: Five\n  tone: warning\n"
    )
    told = rsscorm("check", "--fix", folder=tmp_path)
    assert told.stderr == "3 fixes made.\n"
    lines = path.read_text().splitlines()
    for said in told.stdout.splitlines()[:3]:
        number = int(said.split(":")[1].split()[0])
        assert lines[number - 1].strip() in ("- text: |", "- callout: Five")


def test_diff_shows_and_changes_nothing(tmp_path: Path) -> None:
    """What would be changed goes to stdout as `patch` reads it; the problems stand as they are."""
    path = module(tmp_path, "- callot: Words.\n  tone: warning\n")
    before = path.read_text()
    shown = rsscorm("check", "--diff", folder=tmp_path)
    assert "-      - callot: Words.\n+      - callout: Words.\n" in shown.stdout
    assert (shown.returncode, "unknown-kind" in shown.stderr) == (1, True)
    assert path.read_text() == before


def test_what_nobody_sees_is_taken_out(tmp_path: Path) -> None:
    """A byte order mark, Windows line ends, spaces at line ends; not those that break a line."""
    path = module(tmp_path, "- text: |\n    One line  \n    and the next   \n\n- text: Words.   \n")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    done = rsscorm("check", "--fix", folder=tmp_path)
    assert len(done.stdout.splitlines()) == 4
    text = path.read_bytes().decode()
    assert "\r" not in text and "\ufeff" not in text
    assert "          One line  \n" in text
    assert text.endswith("- text: Words.\n")


def test_a_fix_that_doesn_t_help_is_taken_back(tmp_path: Path) -> None:
    """An option whose words make an id that is there already stays for its author to name."""
    path = module(
        tmp_path,
        "- choice: Whom?\n  id: whom\n  options:\n    - a-nurse: A nurse\n    - A nurse\n",
    )
    before = path.read_text()
    mended = mend(tmp_path)
    assert (mended.fixes, mended.after) == ([], {})
    assert [problem.code for problem in mended.left] == ["not-an-item"]
    assert path.read_text() == before


def test_what_may_mean_two_things_is_left(tmp_path: Path) -> None:
    """`table` is no slip for `tabs`, and a comment below a text is a comment."""
    module(tmp_path, "- table: Words.\n- text: Words\n    # and a note\n")
    assert mend(tmp_path).after == {}


def test_themes_and_sums_are_mended(tmp_path: Path) -> None:
    """A colour without quotes, and the minutes of a module."""
    path = module(tmp_path, "- text: Words.\n")
    path.write_text(path.read_text().replace("minutes: 1", "minutes: 7   # about", 1))
    theme = tmp_path / "themes/ours/theme.yaml"
    theme.parent.mkdir(parents=True)
    theme.write_text("extends: clear\naction: #7a1f5c   # plum\n")
    assert rsscorm("check", "--fix", folder=tmp_path).returncode == 0
    assert theme.read_text() == 'extends: clear\naction: "#7a1f5c"   # plum\n'
    assert "minutes: 1   # about" in path.read_text()


def test_one_module_alone(tmp_path: Path) -> None:
    """Whoever names a module has only that one mended."""
    path = module(tmp_path, "- callot: Words.\n  tone: warning\n")
    other = write(tmp_path, "b-second", path.read_text().replace("a-first", "b-second"))
    assert rsscorm("check", "--fix", "b-second", folder=tmp_path).returncode == 0
    assert "callot" in path.read_text()
    assert "callout" in other.read_text()


def test_a_file_that_changes_meanwhile_is_left(tmp_path: Path) -> None:
    """An author who saves while it mends loses nothing."""
    path = module(tmp_path, "- callot: Words.\n  tone: warning\n")
    mended = mend(tmp_path)
    path.write_text("rsscorm: 1\n")
    with pytest.raises(OSError, match="while it was being mended"):
        mended.write(tmp_path)
    assert path.read_text() == "rsscorm: 1\n"


def test_what_is_saved_while_it_looks_is_never_written_over(tmp_path: Path) -> None:
    """The newer save is not what was mended, however early in the run it came."""
    path = module(tmp_path, "- callot: Words.\n  tone: warning\n")
    with copied(tmp_path, None) as copy:
        path.write_text("rsscorm: 1\n")
        mended = Mender(copy, None).run()
    assert mended.fixes
    with pytest.raises(OSError, match="while it was being mended"):
        mended.write(tmp_path)
    assert path.read_text() == "rsscorm: 1\n"


def test_an_editor_that_saves_into_the_file_changes_no_copy(tmp_path: Path) -> None:
    """What is looked at stays as it was taken, and the author's file as it was saved."""
    path = module(tmp_path, "- callot: Words.\n  tone: warning\n")
    before = path.read_bytes()
    with copied(tmp_path, None) as copy:
        with path.open("r+b") as file:
            file.truncate(100)
        assert (copy / path.relative_to(tmp_path)).read_bytes() == before
    assert path.read_bytes() == before[:100]


def test_of_several_files_none_is_written_where_one_was_changed(tmp_path: Path) -> None:
    """All of the fixes that are told are there, or none."""
    path = module(tmp_path, "- callot: Words.\n  tone: warning\n")
    other = write(tmp_path, "b-second", path.read_text().replace("a-first", "b-second"))
    mended = mend(tmp_path)
    other.write_text("rsscorm: 1\n")
    before = path.read_bytes()
    with pytest.raises(OSError, match="while it was being mended"):
        mended.write(tmp_path)
    assert path.read_bytes() == before


def test_what_a_link_leads_to_is_left(tmp_path: Path) -> None:
    """A theme that workspaces share is found and stays; a link is no file, and stays a link."""
    folder = tmp_path / "ours"
    path = module(folder, "- callot: Words.\n  tone: warning\n")
    (tmp_path / "shared").mkdir()
    theme = tmp_path / "shared/theme.yaml"
    theme.write_text("extends: clear\nradius: 9px   \n")
    (folder / "themes").mkdir()
    (folder / "themes/north").symlink_to("../../shared")
    (folder / "rsscorm.yaml").write_text("deployments: {default: {theme: north}}\n")
    real = path.rename(path.with_name("real.yaml"))
    path.symlink_to("real.yaml")
    before = real.read_text(), theme.read_text()
    mended = mend(folder)
    mended.write(folder)
    assert mended.fixes == []
    assert {problem.code for problem in mended.left} == {"unknown-kind"}
    assert (path.is_symlink(), real.read_text(), theme.read_text()) == (True, *before)


CAPTIONS = "\ufeffWEBVTT\r\n\r\n00:00,000 --> 00:02.000\r\nGood morning.\r\n"
FILM = """\
- video: talk.mp4
  captions: talk.vtt
  transcript: talk.md
  described: same-as-text
"""


def film(workspace: Path, captions: str) -> Path:
    """A module with a film and these captions; their file."""
    folder = module(workspace, FILM).parent
    (folder / "talk.mp4").write_bytes(tiny.content("talk.mp4"))
    (folder / "talk.md").write_text("**Nurse:** Good morning.\n")
    (folder / "talk.vtt").write_bytes(captions.encode())
    return folder / "talk.vtt"


def test_line_ends_stay_as_they_are_in_other_files(tmp_path: Path) -> None:
    """Captions from Windows: the times are mended, and no other letter is."""
    captions = film(tmp_path, CAPTIONS)
    mended = mend(tmp_path)
    mended.write(tmp_path)
    assert [fix.line for fix in mended.fixes] == [3]
    assert captions.read_bytes().decode() == CAPTIONS.replace("00,000", "00.000")


def test_a_fix_that_was_taken_back_leaves_line_ends(tmp_path: Path) -> None:
    """What doesn't help changes nothing: not even what nobody sees."""
    film(tmp_path, CAPTIONS.replace("00:02.000", "soon"))
    mended = mend(tmp_path)
    assert (mended.fixes, mended.after) == ([], {})


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    """The copy in which fixes are tried is gone."""
    module(tmp_path, "- callot: Words.\n  tone: warning\n")
    assert rsscorm("check", "--fix", folder=tmp_path).returncode == 0
    assert not list((tmp_path / ".rsscorm").glob("fix-*"))
    assert not list(tmp_path.rglob("*.part"))


SLIPS = {
    "no space": (r"^( *(?:- )?[a-z-]+): (?=[A-Za-z])", r"\1:"),
    "a tab": (r"^  ( *)(?=[a-z-]+: )", r"\t\1"),
    "a letter twice": (r"^( +[a-z]*)([a-z])(?=: |:$)", r"\1\2\2"),
}
"""What slips from an author's fingers on a line, by a pattern and what it becomes."""


@pytest.mark.parametrize("what", SLIPS)
@settings(max_examples=6, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_slip_anywhere_is_mended_or_left_and_all_else_stays(
    what: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """In a whole module: the file becomes what it was before the slip, or stays as it is."""
    path = lay_out("everything", tmp_path_factory.mktemp("slip"))
    good = path.read_text()
    lines, (slip, becomes) = good.split("\n"), SLIPS[what]
    places = [at for at, line in enumerate(lines) if re.search(slip, line)]
    number = data.draw(st.sampled_from(places))
    lines[number] = re.sub(slip, becomes, lines[number], count=1)
    path.write_text("\n".join(lines))
    mended = mend(path.parents[2])
    mended.write(path.parents[2])
    assert path.read_text() == (good if mended.fixes else "\n".join(lines))


@pytest.mark.parametrize("name", ["everything", "boundaries-on-the-ward"])
def test_nothing_is_mended_where_nothing_is_wrong(name: str, tmp_path: Path) -> None:
    """Whole modules, with comments and all that the format has, stay to the letter."""
    mended = mend(lay_out(name, tmp_path).parents[2])
    assert (mended.fixes, mended.after) == ([], {})


@pytest.mark.parametrize("name", cases.NAMES)
def test_no_mistake_is_made_worse(name: str, tmp_path: Path) -> None:
    """Of each known mistake, mending leaves a file that can be read as well as before."""
    cases.lay_out(cases.CASES / name, tmp_path)
    if name in cases.PREPARE:
        cases.PREPARE[name](tmp_path)
    before = check(tmp_path, today=cases.TODAY)
    mended = mend(tmp_path)
    mended.write(tmp_path)
    codes = [{problem.code for problem in problems} for problems in (before, mended.left)]
    assert codes[1] & SPOILS <= codes[0]


def test_every_fix_is_of_a_code() -> None:
    """No fix waits for a problem that there is none of."""
    assert set(FIXES) <= set(CODES)
