"""How long a film or recording is, from its own header; media are never read whole."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

HEAD = 64 * 1024
"""Bytes at the beginning of a file in which a header that stands there must be."""

MP3_RATES = (44100, 48000, 32000)
MP3_KBITS = (
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
"""Bit rates of layer III in MPEG 1, and in MPEG 2 and 2.5 (ISO 11172-3, 13818-3)."""


@lru_cache(maxsize=256)
def seconds(path: Path) -> float | None:
    """The length of an MP4, M4A, WebM or MP3 file; None where its header doesn't say."""
    look = {".mp4": _mp4, ".m4a": _mp4, ".webm": _webm, ".mp3": _mp3}[path.suffix.lower()]
    try:
        with path.open("rb") as file:
            length = look(file)
    except (struct.error, ValueError, IndexError, ZeroDivisionError):
        return None
    return length if length and 0 < length < 24 * 3600 else None


def _mp4(file: BinaryIO) -> float | None:
    """From the movie header, `moov/mvhd` (ISO 14496-12, 8.2.2)."""
    size = file.seek(0, 2)
    for kind, start, end in _boxes(file, 0, size):
        for inner, at, _ in _boxes(file, start, end) if kind == b"moov" else ():
            if inner == b"mvhd":
                file.seek(at)
                is_long = file.read(4)[0] == 1
                scale, length = struct.unpack(
                    ">16xIQ" if is_long else ">8xII", file.read(28 if is_long else 16)
                )
                return float(length / scale)
    return None


def _boxes(file: BinaryIO, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The kind of each box between two places, and where its content begins and ends."""
    while at + 8 <= end:
        file.seek(at)
        size, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            size, head = struct.unpack(">Q", file.read(8))[0], 16
        size = size or end - at
        if size < head:
            return
        yield kind, at + head, min(at + size, end)
        at += size


def _webm(file: BinaryIO) -> float | None:
    """From `Duration` in `Info` (RFC 9559, 5.1.2), in units of `TimestampScale`."""
    head = file.read(HEAD)
    info = head.index(b"\x15\x49\xa9\x66")
    at = head.index(b"\x44\x89", info)
    size = head[at + 2] & 0x7F
    length = struct.unpack(">d" if size == 8 else ">f", head[at + 3 : at + 3 + size])[0]
    scale = head.find(b"\x2a\xd7\xb1", info, at + 64)
    width = head[scale + 3] & 0x7F
    unit = int.from_bytes(head[scale + 4 : scale + 4 + width], "big") if scale > 0 else 1_000_000
    return float(length * unit / 1e9)


def _mp3(file: BinaryIO) -> float | None:
    """From the count of frames (Xing, Info), or from the size where the bit rate is constant."""
    size, start = file.seek(0, 2), _after_id3(file)
    file.seek(start)
    head = file.read(HEAD)
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    if head[0] != 0xFF or version == 1 or layer != 1:
        return None
    rate = MP3_RATES[head[2] >> 2 & 3] >> {3: 0, 2: 1, 0: 2}[version]
    frames = _frames(head)
    if frames is not None:
        return frames * (1152 if version == 3 else 576) / rate
    kbits = MP3_KBITS[0 if version == 3 else 1][head[2] >> 4]
    return (size - start) * 8 / (kbits * 1000)


def _after_id3(file: BinaryIO) -> int:
    """Where the sound begins: behind a tag, if there is one, of any size (ID3v2.4, 3.1)."""
    file.seek(0)
    head = file.read(10)
    if head[:3] != b"ID3":
        return 0
    return 10 + sum((head[6 + n] & 0x7F) << (21 - 7 * n) for n in range(4))


def _frames(head: bytes) -> int | None:
    """How many frames a recording has, where its first one says it."""
    for sign in (b"Xing", b"Info"):
        at = head.find(sign, 0, 64)
        if at > 0 and head[at + 7] & 1:
            return int.from_bytes(head[at + 8 : at + 12], "big")
    return None
