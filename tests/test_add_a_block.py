"""A developer adds a block kind by the page that explains it, to the letter."""

from __future__ import annotations

from pathlib import Path

from checkout import boxes, copy_project, follow, run


def test_the_page_is_followed_to_the_letter(tmp_path: Path) -> None:
    """Box by box: the tests say what is missing until the last, and then the new kind plays."""
    checkout = copy_project(tmp_path)
    *slice_, states = boxes("add-a-block.md")
    for name, box in slice_:
        follow(checkout / name, box)
    assert run(checkout, "hatch_build.py").returncode == 0
    missing = run(checkout, "-m", "pytest", "-q", "tests/test_states.py", "-k", "think")
    assert missing.returncode == 1, missing.stdout
    assert "say in STATES what a learner does with `think`" in missing.stdout
    name, box = states
    follow(checkout / name, box)
    tests = ("tests/test_states.py", "tests/test_render.py")
    played = run(checkout, "-m", "pytest", "-q", *tests, "-k", "think or slice or words")
    assert played.returncode == 0, played.stdout
