"""What is written over a file is there whole, or the file is as it was."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rsscorm import disk
from rsscorm.polls.disk import written


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may become longer than eight bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def mode(file: Path) -> int:
    """Who may read and write a file."""
    return file.stat().st_mode & 0o777


def test_a_text_keeps_its_line_ends_and_its_file_the_mode(tmp_path: Path) -> None:
    """An author's file stays as open to colleagues as it was."""
    file = tmp_path / "module.yaml"
    file.write_text("before")
    file.chmod(0o664)
    disk.write(file, "one\r\ntwo\n")
    assert (file.read_bytes(), mode(file)) == (b"one\r\ntwo\n", 0o664)


def test_a_full_disk_costs_nobody_what_was_there(tmp_path: Path) -> None:
    """The error names the file, which is as it was, with nothing beside it."""
    file = tmp_path / "report.csv"
    file.write_text("before")
    with full_disk(), pytest.raises(OSError, match=r"report\.csv") as error:
        disk.write(file, "more than there is room for")
    assert error.value.filename == str(file)
    assert [each.read_text() for each in tmp_path.iterdir()] == ["before"]


def test_what_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    """Whoever writes may give up for reasons of her own."""
    with pytest.raises(ValueError, match="no"), disk.replacing(tmp_path / "new") as part:
        part.write_text("half")
        raise ValueError("no")
    assert list(tmp_path.iterdir()) == []


def test_a_poll_service_writes_for_its_owner_alone(tmp_path: Path) -> None:
    """Keys and backups, even in the place of a file that others could read."""
    file = tmp_path / "salt"
    file.write_text("before")
    file.chmod(0o644)
    with written(file) as new:
        assert mode(new) == 0o600
        new.write_text("after")
    assert (file.read_text(), mode(file)) == ("after", 0o600)
