"""The smallest files that are what their names say: real enough to be checked and packed."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path

from PIL import Image

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></svg>\n'
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nHello.\n"


def png(width: int = 8, height: int = 8) -> bytes:
    """A grey picture."""
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(height)))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", rows)
        + _chunk(b"IEND", b"")
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def picture(form: str) -> bytes:
    """A grey picture as WebP or JPEG."""
    stream = BytesIO()
    Image.new("RGB", (8, 8), "grey").save(stream, form)
    return stream.getvalue()


def content(path: str) -> bytes:
    """Something that a file of that name can hold."""
    made = {
        ".svg": DRAWING, ".vtt": CAPTIONS, ".md": b"Hello.\n", ".pdf": b"%PDF-1.7\n",
        ".mp4": b"\0\0\0\x18ftypisom\0\0\2\0isomiso2", ".mp3": b"ID3\4\0\0\0\0\0\0",
    }  # fmt: skip
    extension = Path(path).suffix
    if extension == ".png":
        return png()
    if extension in (".webp", ".jpg"):
        return picture("WEBP" if extension == ".webp" else "JPEG")
    return made[extension]


def fill(folder: Path, paths: list[str]) -> None:
    """Put a tiny file at each path that has none yet."""
    for path in paths:
        file = folder / path
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content(path))
