"""A disk that forgets what was not synced when the power goes: a file system for SQLite.

SQLite's own files are written as ever, so that it can lock and share them. Beside each the disk
keeps what of it was synced, and what was only written since. `cut` leaves no more behind than a
real disk must: what was synced, and of the rest some sectors, chosen by the seed.
"""

from __future__ import annotations

import ctypes
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, pairwise
from pathlib import Path

import apsw

SECTORS = (512, 4096)
JOURNALS = apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL

Change = tuple[int, bytes | None]
"""Bytes written at an offset; without bytes: the file's new size."""

_numbers = count(1)


@dataclass(eq=False)
class Held:
    """A file as the disk has it, and what has been done to it since."""

    image: bytearray = field(default_factory=bytearray)
    waiting: list[Change] = field(default_factory=list)

    def sync(self) -> None:
        """All that waits is on the disk."""
        self._keep(self.waiting)

    def lose(self, chance: random.Random) -> None:
        """Of what waits, some sectors get to the disk, and the rest never will."""
        size = chance.choice(SECTORS)
        share = chance.random()
        parts = [part for change in self.waiting for part in sectors(change, size)]
        self._keep([part for part in parts if chance.random() < share])

    def _keep(self, changes: list[Change]) -> None:
        for offset, data in changes:
            self.image.extend(bytes(max(0, offset - len(self.image))))
            if data is None:
                del self.image[offset:]
            else:
                self.image[offset : offset + len(data)] = data
        self.waiting = []


def sectors(change: Change, size: int) -> Iterator[Change]:
    """The parts of a change that get to a disk together or not at all."""
    offset, data = change
    if data is None:
        yield change
        return
    end = offset + len(data)
    bounds = [offset, *range(offset - offset % size + size, end, size), end]
    for start, stop in pairwise(bounds):
        yield start, data[start - offset : stop - offset]


class PowerCutDisk:
    """A folder whose SQLite databases live through power cuts, and through a disk's faults.

    The same seed and the same statements give the same losses. It may be used by many threads.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder.resolve()
        self.chance = random.Random(seed)
        self.lock = threading.RLock()
        self.life = 1
        self.is_on = True
        self.syncs = 0
        self._names: dict[str, Held] = {}
        self._kept: dict[str, Held] = {}
        self._left: int | None = None
        self._failing_syncs = 0
        self._is_full = False
        self._vfs = _FileSystem(self, f"power-{next(_numbers)}")

    def connect(self, path: str | Path) -> apsw.Connection:
        """Open a database in the folder; a relative path is the folder's."""
        return apsw.Connection(str(self.folder / path), vfs=self._vfs.name)

    def cut_after(self, operations: int) -> None:
        """Let the power go at that many writes and syncs from now: that one and all later fail."""
        self._left = operations

    def fail_next_sync(self, times: int = 1) -> None:
        """The next sync fails (EIO). As on Linux, a later one does not save what this one lost."""
        self._failing_syncs = times

    def fail_writes_full(self) -> None:
        """The disk is full: every write fails until `make_room`."""
        self._is_full = True

    def make_room(self) -> None:
        """The disk is no longer full."""
        self._is_full = False

    def cut(self) -> None:
        """Cut the power and switch on again: the folder holds what survived.

        Connections of the life before get an error for whatever they do; close them when you like.
        """
        with self.lock:
            for path in sorted({*self._names, *self._kept}):
                self._survive(Path(path))
            self._names, self._kept = {}, {}
            self.life += 1
            self.is_on, self._left = True, None
            self._failing_syncs, self._is_full = 0, False

    def kill(self) -> None:
        """End whoever uses the disk, with the power on: what was written is read, synced or not."""
        with self.lock:
            for path in map(Path, self._names):
                content = path.read_bytes()
                path.unlink()
                Path(f"{path}-shm").unlink(missing_ok=True)
                path.write_bytes(content)
            self.life += 1

    def _survive(self, path: Path) -> None:
        """Write a file anew as the disk has it; a name not synced may be the old or the new one."""
        files = [self._names.get(str(path)), self._kept.get(str(path))]
        file = self.chance.choice(files)
        path.unlink(missing_ok=True)
        Path(f"{path}-shm").unlink(missing_ok=True)
        if file:
            file.lose(self.chance)
            path.write_bytes(file.image)

    # What the file system below tells of.

    def opened(self, path: str) -> Held:
        """What the disk has of a file that is about to be opened, and perhaps made."""
        if path not in self._names:
            self._names[path] = Held()
            if Path(path).exists():
                self._names[path].image += Path(path).read_bytes()
                self._kept[path] = self._names[path]
        return self._names[path]

    def check(self, life: int, code: int) -> None:
        """Count an operation; it fails with the code if the power is, or just now went, off."""
        if self._left is not None and life == self.life:
            self._left -= 1
            self.is_on = self.is_on and self._left > 0
        self.look(life, code)

    def is_dead(self, life: int) -> bool:
        """Whether the power is off, or was since that life."""
        return not self.is_on or life != self.life

    def look(self, life: int, code: int) -> None:
        """Fail with the code if the power is off, or was since that life."""
        if self.is_dead(life):
            raise apsw.exception_for(code)

    def check_room(self) -> None:
        """Fail if the disk is full."""
        if self._is_full:
            raise apsw.exception_for(apsw.SQLITE_FULL)

    def sync(self, path: str, file: Held) -> None:
        """Put all of a file on the disk, and its name; or fail, if the test wants it."""
        if self._failing_syncs:
            self._failing_syncs -= 1
            file.lose(self.chance)
            raise apsw.exception_for(apsw.SQLITE_IOERR_FSYNC)
        self.syncs += 1
        file.sync()
        if self._names.get(path) is file:
            self._kept[path] = file

    def sync_names(self) -> None:
        """Put the folder itself on the disk: which files there are."""
        self._kept = dict(self._names)

    def deleted(self, path: str, is_synced: bool) -> None:
        """A file's name is gone, though the disk may not know yet."""
        self._names.pop(path, None)
        if is_synced:
            self.sync_names()


class _FileSystem(apsw.VFS):
    """SQLite's own file system, with files that tell the disk what is done to them."""

    def __init__(self, disk: PowerCutDisk, name: str) -> None:
        self.disk = disk
        self.name = name
        super().__init__(name, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        """A file; SQLite's passing files have no name and survive nothing."""
        if name is None:
            return apsw.VFSFile("", name, flags)
        return _File(self.disk, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        """Delete a file, now or for good."""
        with self.disk.lock:
            self.disk.check(self.disk.life, apsw.SQLITE_IOERR_DELETE)
            super().xDelete(filename, False)
            self.disk.deleted(filename, syncdir)


class _File(apsw.VFSFile):
    """A file of SQLite's that tells the disk what is done to it."""

    def __init__(self, disk: PowerCutDisk, name: str | apsw.URIFilename, flags: list[int]) -> None:
        self.disk = disk
        self.path = name if isinstance(name, str) else name.filename()
        with disk.lock:
            self.life = disk.life
            disk.look(self.life, apsw.SQLITE_CANTOPEN)
            self.held = disk.opened(self.path)
            self.is_new_journal = bool(flags[0] & JOURNALS)
            super().__init__("", name, flags)

    def xFileControl(self, op: int, ptr: int) -> bool:  # noqa: N802
        """Tell a connection that closes after a cut that this is not its file any more."""
        if op == apsw.SQLITE_FCNTL_HAS_MOVED and self.disk.is_dead(self.life):
            ctypes.c_int.from_address(ptr).value = 1
            return True
        return super().xFileControl(op, ptr)

    def xLock(self, level: int) -> None:  # noqa: N802
        """Lock the file, while the power is on."""
        self.disk.look(self.life, apsw.SQLITE_IOERR_LOCK)
        super().xLock(level)

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        """Read, while the power is on."""
        self.disk.look(self.life, apsw.SQLITE_IOERR_READ)
        return super().xRead(amount, offset)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        """Write; a sync will tell whether it stays."""
        with self.disk.lock:
            self.disk.check_room()
            self.held.waiting.append((offset, bytes(data)))
            self.disk.check(self.life, apsw.SQLITE_IOERR_WRITE)
            super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        """Cut off or fill up; a sync will tell whether it stays."""
        with self.disk.lock:
            self.disk.check(self.life, apsw.SQLITE_IOERR_TRUNCATE)
            super().xTruncate(newsize)
            self.held.waiting.append((newsize, None))

    def xSync(self, flags: int) -> None:  # noqa: N802
        """What was written stays; with a journal's first sync its folder is synced, too."""
        with self.disk.lock:
            self.disk.check(self.life, apsw.SQLITE_IOERR_FSYNC)
            self.disk.sync(self.path, self.held)
            if self.is_new_journal:
                self.disk.sync_names()
            self.is_new_journal = False
