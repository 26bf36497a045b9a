"""Whether a file holds what its name says. Media are never read whole: their beginning tells."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from rsscorm.source.files import Refusal

PIXEL_LIMIT = 50_000_000
"""Pixels of a picture; more would take a build machine's memory to decode."""

TEXTS = (".md", ".vtt", ".csv", ".svg", ".txt")
"""Files that are read as text."""

BEGINNINGS: dict[str, tuple[str, int, tuple[bytes, ...]]] = {
    ".webp": ("a WebP picture", 8, (b"WEBP",)),
    ".png": ("a PNG picture", 0, (b"\x89PNG\r\n\x1a\n",)),
    ".jpg": ("a JPEG picture", 0, (b"\xff\xd8\xff",)),
    ".jpeg": ("a JPEG picture", 0, (b"\xff\xd8\xff",)),
    ".mp4": ("an MP4 film", 4, (b"ftyp",)),
    ".m4a": ("an M4A recording", 4, (b"ftyp",)),
    ".webm": ("a WebM film", 0, (b"\x1aE\xdf\xa3",)),
    ".mp3": ("an MP3 recording", 0, (b"ID3", b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2")),
    ".woff2": ("a WOFF2 font", 0, (b"wOF2",)),
    ".pdf": ("a PDF", 0, (b"%PDF-",)),
    ".docx": ("a Word document", 0, (b"PK\x03\x04",)),
    ".xlsx": ("an Excel workbook", 0, (b"PK\x03\x04",)),
    ".pptx": ("a PowerPoint presentation", 0, (b"PK\x03\x04",)),
    ".odt": ("an OpenDocument text", 0, (b"PK\x03\x04",)),
    ".ods": ("an OpenDocument spreadsheet", 0, (b"PK\x03\x04",)),
    ".odp": ("an OpenDocument presentation", 0, (b"PK\x03\x04",)),
}
"""By a name's end: what it promises, and the bytes (from an offset) that show it."""


def check(path: Path, name: str) -> None:
    """Raise `Refusal` where a file is empty, not what its name says, or too large a picture."""
    if path.stat().st_size == 0:
        raise Refusal("file-empty", f"`{name}` is empty", "Put the real file there.")
    extension = path.suffix.lower()
    if extension not in BEGINNINGS:
        return
    what, offset, beginnings = BEGINNINGS[extension]
    with path.open("rb") as file:
        head = file.read(32)
        if not head[offset:].startswith(beginnings):
            raise Refusal(
                "file-content",
                f"`{name}` isn't {what}, as its name says",
                "Export it again in that form, or end its name as its real form does.",
            )
        _refuse_large_picture(file, extension, name)


def _refuse_large_picture(file: BinaryIO, extension: str, name: str) -> None:
    size = SIZES.get(extension)
    if size is None:
        return
    file.seek(0)
    try:
        width, height = size(file)
    except (struct.error, ValueError):
        raise Refusal(
            "file-content",
            f"`{name}` is broken: its size can't be read",
            "Open it in a picture program, and save it again.",
        ) from None
    if width * height > PIXEL_LIMIT:
        raise Refusal(
            "picture-too-large",
            f"`{name}` has {width} x {height} pixels, more than 50 million",
            "Save it smaller: 1600 pixels across are enough for any screen here.",
        )


def png_size(file: BinaryIO) -> tuple[int, int]:
    """Width and height of a PNG (IHDR comes first)."""
    width, height = struct.unpack(">II", file.read(24)[16:])
    return width, height


def jpeg_size(file: BinaryIO) -> tuple[int, int]:
    """Width and height of a JPEG: in its frame header, after any number of other segments."""
    file.seek(2)
    for marker, length in _segments(file):
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">xHH", file.read(5))
            return width, height
        file.seek(length - 2, 1)
    raise ValueError("no frame header")


def _segments(file: BinaryIO) -> Iterator[tuple[int, int]]:
    """The marker and length of each segment; the file stands behind the length."""
    while byte := file.read(1):
        while byte == b"\xff":
            byte = file.read(1)
        if not byte:
            return
        yield byte[0], max(struct.unpack(">H", file.read(2))[0], 2)


def webp_size(file: BinaryIO) -> tuple[int, int]:
    """Width and height of a WebP in any of its three forms."""
    head = file.read(30)
    form = head[12:16]
    if form == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if form == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if form == b"VP8 ":
        width, height = struct.unpack("<HH", head[26:30])
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("no picture in it")


SIZES = {".png": png_size, ".jpg": jpeg_size, ".jpeg": jpeg_size, ".webp": webp_size}
"""How the size of a picture is read from its beginning."""
