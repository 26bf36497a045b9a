"""Pictures in the sizes that screens need, made once and kept in the workspace's cache.

Each picture becomes WebP at up to three widths, upright (its EXIF orientation applied), in sRGB
and without metadata, which may hold a place or a name. The cache knows a picture by its content:
`pictures/DIGEST/WIDTHxHEIGHT.webp`. A folder is renamed into its place when it is complete, and
made again where its list of checksums says that something in it was harmed; the least recently
used go when there is too much.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from rsscorm.problems import Problem

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTHS = (480, 960, 1600)
"""Widths in pixels: a phone, the reading column on a desktop, and the same on a dense screen."""

QUALITY = 82
RECIPE = b"1"
LIST = "sizes.txt"
"""Changed whenever the same picture would give other bytes; part of every digest."""

ROOM = 512 * 1024 * 1024
"""Bytes that the cache may keep."""

NEARLY = 1.2
"""A width that is not at least this much smaller than the next is left out."""


class Rendition(NamedTuple):
    """A picture at one size in pixels."""

    width: int
    height: int
    file: Path


class PictureError(Exception):
    """A picture that can't be shown; says why in an author's words."""

    def __init__(self, picture: Path, why: str) -> None:
        self.picture = picture
        self.why = why
        super().__init__(f"{picture.name}: {why}")

    def problem(self, workspace: Path) -> Problem:
        """The same as something to be mended in a workspace."""
        return Problem(
            self.picture.relative_to(workspace).as_posix(), 0, 0, "bad-picture", self.why
        )


def renditions(picture: Path, cache: Path) -> tuple[Rendition, ...]:
    """The picture's renditions, narrowest first; an SVG is its own only one.

    Raises `PictureError` where the file can't be read to its end, or moves.
    """
    if picture.suffix.lower() == ".svg":
        return (Rendition(*_svg_size(picture), picture),)
    with picture.open("rb") as file:
        digest = hashlib.file_digest(file, lambda: hashlib.sha256(RECIPE)).hexdigest()[:40]
    folder = cache / "pictures" / digest
    if not _is_whole(folder):
        _remove(folder)
        _make(picture, folder)
    os.utime(folder)
    return tuple(Rendition(*size, _file(folder, size)) for size, _ in _listed(folder))


def prune(cache: Path, room: int = ROOM) -> None:
    """Remove leftovers of a killed build, and the least recently used above `room` bytes.

    Only one build at a time works in a cache, so a half-made folder is nobody's.
    """
    for leftover in cache.glob("pictures/.*"):
        shutil.rmtree(leftover, ignore_errors=True)
    folders = [folder for folder in cache.glob("pictures/*") if folder.is_dir()]
    kept = 0
    for folder in sorted(folders, key=lambda folder: folder.stat().st_mtime_ns, reverse=True):
        kept += sum(file.stat().st_size for file in folder.iterdir())
        if kept > room:
            shutil.rmtree(folder, ignore_errors=True)


def _listed(folder: Path) -> Iterator[tuple[tuple[int, int], int]]:
    """The sizes in a picture's folder, narrowest first, each with its content's CRC-32."""
    for line in (folder / LIST).read_text("ascii").splitlines():
        width, height, checksum = line.split()
        yield (int(width), int(height)), int(checksum, 16)


def _file(folder: Path, size: tuple[int, int]) -> Path:
    return folder / f"{size[0]}x{size[1]}.webp"


def _is_whole(folder: Path) -> bool:
    """Whether a picture's folder is there and holds what was put into it, unharmed."""
    try:
        sizes = list(_listed(folder))
        found = [zlib.crc32(_file(folder, size).read_bytes()) for size, _ in sizes]
    except (OSError, ValueError):
        return False
    return bool(sizes) and found == [checksum for _, checksum in sizes]


def _remove(path: Path) -> None:
    """Remove whatever is where a picture's folder belongs."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _make(picture: Path, folder: Path) -> None:
    """Fill a hidden folder beside `folder` and rename it when everything is there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    try:
        image, is_drawing = _read(picture)
        lines: list[str] = []
        for width in _widths(image.width):
            height = max(1, round(image.height * width / image.width))
            content = _encoded(image, width, height, is_drawing)
            _file(half, (width, height)).write_bytes(content)
            lines.append(f"{width} {height} {zlib.crc32(content):08x}\n")
        (half / LIST).write_text("".join(lines), "ascii")
        half.rename(folder)
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise


def _widths(own: int) -> list[int]:
    """Widths worth making of a picture that is `own` pixels wide, never wider than itself."""
    largest = min(own, WIDTHS[-1])
    return [width for width in WIDTHS if width * NEARLY <= largest] + [largest]


def _read(picture: Path) -> tuple[Image, bool]:
    """The picture upright, in plain RGB or RGBA, and whether it may be a drawing."""
    from PIL import Image, ImageOps

    try:
        with Image.open(picture) as opened:
            if getattr(opened, "is_animated", False):
                raise PictureError(picture, "it moves and can't be stopped: use a film instead")
            is_drawing = opened.format in ("PNG", "GIF")
            upright = ImageOps.exif_transpose(_in_srgb(opened))
            return upright.convert("RGBA" if _has_transparency(upright) else "RGB"), is_drawing
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise PictureError(picture, "it can't be read to its end: save it again") from error


def _has_transparency(image: Image) -> bool:
    return image.has_transparency_data


def _in_srgb(image: Image) -> Image:
    """The picture in sRGB, where it says which other colour space it is in."""
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK"):
        return image
    target = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        into = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, source, into, outputMode=target)
    except ImageCms.PyCMSError:
        return image  # a broken profile says nothing about the colours
    return converted or image


def _encoded(image: Image, width: int, height: int, is_drawing: bool) -> bytes:
    """WebP at one size; of a drawing, without loss where that is smaller."""
    from PIL.Image import Resampling

    scaled = image
    if width != image.width:
        scaled = image.resize((width, height), Resampling.LANCZOS, reducing_gap=3.0)
    lossy = _webp(scaled, lossless=False)
    return min(lossy, _webp(scaled, lossless=True), key=len) if is_drawing else lossy


def _webp(image: Image, lossless: bool) -> bytes:
    # Without it Pillow would look for who writes WebP in every format it knows, which takes longer.
    from PIL import WebPImagePlugin  # noqa: F401

    target = BytesIO()
    nothing = {"exif": b"", "xmp": b"", "icc_profile": b""}
    image.save(target, "WEBP", quality=QUALITY, lossless=lossless, method=4, **nothing)
    return target.getvalue()


LENGTH = re.compile(
    r"\s*\+?([0-9]{1,6}(?:\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9])?(?:px)?\s*", re.IGNORECASE
)


def _svg_size(picture: Path) -> tuple[int, int]:
    """Width and height of an SVG in pixels, from its root's own or its viewBox (SVG 2, 8.2)."""
    root = _svg_root(picture)
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    for size in (root.get("width", ""), root.get("height", "")), box[2:]:
        width, height = map(_pixels, size) if len(size) == 2 else (0, 0)
        if width and height:
            return width, height
    raise PictureError(picture, "its size is unknown: give its `svg` a viewBox")


class _Root(Exception):  # noqa: N818
    """The root of a drawing has been read, and nothing more is wanted."""


def _svg_root(picture: Path) -> dict[str, str]:
    """The attributes of a drawing's root element."""

    def stop(_: str, attributes: dict[str, str]) -> None:
        raise _Root(attributes)

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = stop
    try:
        parser.Parse(picture.read_bytes(), True)
    except _Root as root:
        attributes: dict[str, str] = root.args[0]
        return attributes
    except expat.ExpatError:
        pass
    raise PictureError(picture, "there is no drawing in it")


def _pixels(length: str) -> int:
    """A length in whole pixels; 0 for none, and for one in another unit."""
    match = LENGTH.fullmatch(length)
    return round(float(match[1] + (match[2] or ""))) if match else 0
