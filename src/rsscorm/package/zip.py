"""Writes a package as a zip that is the same, byte for byte, wherever it is made.

Sorted names, one date (1980-01-01, or SOURCE_DATE_EPOCH), plain modes, no extra fields. Text is
deflated at level 6, media are stored: they are compressed already, and a stored film can be
copied without ever being held in memory. Deflate differs between builds of zlib, so "the same
bytes" holds on the same zlib; `content_digest` holds everywhere. (APPNOTE.TXT 6.3 throughout.)

`zipfile` is not used: it writes a data descriptor or seeks, keeps the local time zone in mind,
and costs twice the processor time for large media.
"""

from __future__ import annotations

import os
import re
import struct
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple

from rsscorm.problems import Problem

Files = dict[str, bytes | Path]
"""Package path -> content: bytes are text and are deflated, a Path is a media file to store."""

TEXT = frozenset([".csv", ".html", ".json", ".md", ".svg", ".txt", ".vtt", ".xml"])
"""Endings of media files that are text after all, and deflated up to `TEXT_LIMIT` bytes."""

TEXT_LIMIT = 4 * 1024 * 1024
CHUNK = 256 * 1024
LIMIT_32 = 0xFFFFFFFF
LIMIT_16 = 0xFFFF
STORED, DEFLATED = 0, 8
PLAIN_FILE = 0o100644 << 16
UNIX = 3 << 8


class SourceChangedError(Exception):
    """A media file was changed while it was being packed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} was changed while it was being packed")

    def problem(self, workspace: Path) -> Problem:
        """The same as something to be mended in a workspace."""
        message, hint = "it was changed while it was being packed", "Build again."
        file = self.path.relative_to(workspace).as_posix()
        return Problem(file, 0, 0, "changed-meanwhile", message, hint)


class _Entry(NamedTuple):
    name: bytes
    method: int
    checksum: int
    packed: int
    size: int
    offset: int


def checksum(path: Path) -> int:
    """The CRC-32 of a file, read in pieces."""
    total, buffer = 0, memoryview(bytearray(CHUNK))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            total = zlib.crc32(buffer[:count], total)
    return total


def write_zip(files: Files, target: Path, checksum_of: Callable[[Path], int] = checksum) -> str:
    """Write the files to `target` and return their content digest.

    `checksum_of` gives the CRC-32 of a media file where it is known already. Raises `OSError`
    where the disk won't have it and `SourceChangedError` when a media file changes meanwhile;
    nothing is left behind then.
    """
    with whole(target) as file:
        entries = [_write_entry(file, name, files[name], checksum_of) for name in sorted(files)]
        _write_directory(file, entries)
    return content_digest((entry.name, entry.size, entry.checksum) for entry in entries)


@contextmanager
def whole(target: Path) -> Iterator[BinaryIO]:
    """A file to write that becomes `target` when all has gone well, and else leaves nothing.

    Written hidden beside it (`.NAME.part`), flushed to the disk, renamed. A killed process
    leaves the hidden file; the next build removes it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def content_digest(entries: Iterable[tuple[bytes, int, int]]) -> str:
    """A digest of names, sizes and CRC-32s of uncompressed contents: the same on every machine."""
    lines = b"".join(b"%s %d %08x\n" % entry for entry in sorted(entries))
    return sha256(lines).hexdigest()


def _write_entry(
    file: BinaryIO, name: str, content: bytes | Path, checksum_of: Callable[[Path], int]
) -> _Entry:
    offset, encoded = file.tell(), name.encode("ascii")
    if isinstance(content, Path) and _is_text(content):
        content = content.read_bytes()
    if isinstance(content, bytes):
        method, data = _deflated(content)
        entry = _Entry(encoded, method, zlib.crc32(content), len(data), len(content), offset)
        file.write(_local_header(entry) + data)
        return entry
    before, crc = content.stat(), checksum_of(content)
    entry = _Entry(encoded, STORED, crc, before.st_size, before.st_size, offset)
    file.write(_local_header(entry))
    _copy(content, file, before)
    return entry


def _is_text(path: Path) -> bool:
    return path.suffix.lower() in TEXT and path.stat().st_size <= TEXT_LIMIT


@lru_cache(maxsize=64)
def _deflated(content: bytes) -> tuple[int, bytes]:
    """Deflated where that is shorter. Remembered: scripts and schemas are in every package."""
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
    data = deflate.compress(content) + deflate.flush()
    return (DEFLATED, data) if len(data) < len(content) else (STORED, content)


def _copy(path: Path, target: BinaryIO, before: os.stat_result) -> None:
    """Append a media file, making sure that it is the one whose CRC-32 was taken.

    Plain reads and writes: sendfile was measured to be no faster, copy_file_range four times
    slower at the odd offsets within a zip (ext4, Linux 6.18).
    """
    target.flush()
    copied, buffer = 0, memoryview(bytearray(CHUNK))
    with path.open("rb", buffering=0) as source:
        while count := source.readinto(buffer):
            target.write(buffer[:count])
            copied += count
        after = os.fstat(source.fileno())
    if (after.st_mtime_ns, copied) != (before.st_mtime_ns, before.st_size):
        raise SourceChangedError(path)


@lru_cache(maxsize=1)
def _moment() -> bytes:
    """Time and date of all entries, in MS-DOS form (APPNOTE 4.4.6), UTC."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    known = re.fullmatch(r"[0-9]{1,10}", epoch)
    at = time.gmtime(int(epoch)) if known else time.struct_time((1980, 1, 1) + (0,) * 6)
    if not 1980 <= at.tm_year <= 2107:
        return struct.pack("<HH", 0, 0x21)
    clock = at.tm_hour << 11 | at.tm_min << 5 | at.tm_sec // 2
    return struct.pack("<HH", clock, (at.tm_year - 1980) << 9 | at.tm_mon << 5 | at.tm_mday)


def _numbers(entry: _Entry, with_offset: bool) -> tuple[bytes, tuple[int, int], int]:
    """The zip64 extra field (empty unless needed), the two sizes and the offset as 32 bits."""
    if entry.size >= LIMIT_32:
        wide = struct.pack("<QQ", entry.size, entry.packed)
        sizes = (LIMIT_32, LIMIT_32)
    else:
        wide, sizes = b"", (entry.packed, entry.size)
    offset = entry.offset
    if with_offset and offset >= LIMIT_32:
        wide, offset = wide + struct.pack("<Q", offset), LIMIT_32
    extra = struct.pack("<HH", 1, len(wide)) + wide if wide else b""
    return extra, sizes, offset


def _local_header(entry: _Entry) -> bytes:
    extra, sizes, _ = _numbers(entry, with_offset=False)
    return (
        struct.pack("<4sHHH", b"PK\3\4", _version(extra), 0, entry.method)
        + _moment()
        + struct.pack("<LLLHH", entry.checksum, *sizes, len(entry.name), len(extra))
        + entry.name
        + extra
    )


def _write_directory(file: BinaryIO, entries: list[_Entry]) -> None:
    """The central directory and its end (APPNOTE 4.3.12 to 4.3.16)."""
    start = file.tell()
    for entry in entries:
        file.write(_directory_entry(entry))
    size, count = file.tell() - start, len(entries)
    if start + size >= LIMIT_32 or count >= LIMIT_16:
        end = struct.pack(
            "<4sQHHLLQQQQ", b"PK\6\6", 44, UNIX | 45, 45, 0, 0, count, count, size, start
        )
        file.write(end + struct.pack("<4sLQL", b"PK\6\7", 0, start + size, 1))
    counts = (min(count, LIMIT_16),) * 2
    places = (min(size, LIMIT_32), min(start, LIMIT_32))
    file.write(struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, *counts, *places, 0))


def _directory_entry(entry: _Entry) -> bytes:
    extra, sizes, offset = _numbers(entry, with_offset=True)
    version = _version(extra)
    lengths = (len(entry.name), len(extra), 0)
    return (
        struct.pack("<4sHHHH", b"PK\1\2", UNIX | version, version, 0, entry.method)
        + _moment()
        + struct.pack("<LLLHHH", entry.checksum, *sizes, *lengths)
        + struct.pack("<HHLL", 0, 0, PLAIN_FILE, offset)
        + entry.name
        + extra
    )


def _version(extra: bytes) -> int:
    """Needed to extract: 4.5 with zip64, else 2.0 (APPNOTE 4.4.3.2)."""
    return 45 if extra else 20
