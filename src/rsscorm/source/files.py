"""The files of a module: found by the path that an author wrote, and fit for what they are for.

A path must mean the same on every machine: exact case, no way out of the folder (by `..` or by
a link), no name that Windows can't have. Listings are kept for the run, so that hundreds of
references cost one look at each folder.
"""

from __future__ import annotations

import os
import re
import unicodedata
from difflib import get_close_matches
from pathlib import Path

from pydantic_core import PydanticCustomError

from rsscorm.blocks.fields import FileRole
from rsscorm.problems import Problem

EXTENSIONS: dict[FileRole, tuple[str, ...]] = {
    "image": (".webp", ".png", ".jpg", ".jpeg", ".svg"),
    "video": (".mp4", ".webm"),
    "audio": (".mp3", ".m4a"),
    "captions": (".vtt",),
    "markdown": (".md",),
    "csv": (".csv",),
    "font": (".woff2",),
    "licence": (".txt",),
    "download": (
        ".pdf", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".txt", ".csv", ".png", ".jpg",
    ),
}  # fmt: skip
"""What a file of each role may be, by its name's end."""

EXAMPLES: dict[FileRole, tuple[str, str]] = {
    "image": ("Pictures", "media/ward.webp"),
    "video": ("Films", "media/film.mp4"),
    "audio": ("Recordings", "media/talk.mp3"),
    "captions": ("Captions", "media/film.vtt"),
    "markdown": ("Texts", "film.md"),
    "csv": ("Figures", "pilot.csv"),
    "font": ("Fonts", "title.woff2"),
    "licence": ("Licences", "title.txt"),
    "download": ("Handouts", "handouts/card.pdf"),
}
"""What files of each role are called, and how one may be named."""

AS: dict[FileRole, str] = {
    "image": "Save the picture as WebP, PNG, JPEG or SVG.",
    "video": "Export the film as MP4 (H.264) or WebM.",
    "audio": "Export the recording as MP3 or M4A.",
    "captions": "Save the captions as WebVTT, with a name that ends in .vtt.",
    "markdown": "Write the words into a text file with a name that ends in .md.",
    "csv": "Save the figures as CSV.",
}
"""In which form a file can be used, by its role."""

WINDOWS_NAMES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
"""Names that Windows reserves for devices, whatever comes after a full stop."""

WINDOWS_MARKS = re.compile(r"[<>:\"|?*\x00-\x1f]|[. ]$")
"""Marks that a file's name can't have on Windows."""


class Refusal(PydanticCustomError):  # noqa: N818 (a refusal is no fault of ours)
    """A reference to a file that won't do: code, message and hint."""

    def __new__(cls, code: str, message: str, hint: str = "") -> Refusal:
        """Carry the three in the form that pydantic hands on."""
        context = {"message": message, "hint": hint}
        return super().__new__(cls, code, "{message}", context)

    def problem(self, file: str) -> Problem:
        """The same, of a file that nothing refers to."""
        context = self.context or {}
        return Problem(file, 0, 0, self.type, context["message"], context["hint"])


class Listing:
    """What a folder holds, by exact name, and which names clash where case doesn't count."""

    def __init__(self, folder: Path) -> None:
        self.entries: dict[str, os.DirEntry[str]] = {}
        self.folded: dict[str, list[str]] = {}
        if folder.is_dir():
            with os.scandir(folder) as entries:
                for entry in entries:
                    self.entries[entry.name] = entry
                    self.folded.setdefault(_folded(entry.name), []).append(entry.name)

    def twins(self, name: str) -> list[str]:
        """Names that differ from this one only by case or by how accents are written."""
        return sorted(set(self.folded.get(_folded(name), ())) - {name})


class Folder:
    """A folder that paths are relative to; remembers what it has looked at.

    `prefix` is what stands before its paths where they are named from the workspace, `whose` it
    is in an author's words: a module's, a theme's or the workspace's.
    """

    def __init__(self, root: Path, prefix: str = "", whose: str = "module") -> None:
        self.root = root
        self.prefix = prefix
        self.whose = whose
        self._listings: dict[str, Listing] = {}

    def find(self, role: FileRole, path: str) -> Path:
        """The file at an author's path; raises `Refusal` where it isn't there or won't do."""
        parts = _parts(role, path, self.whose)
        extension = Path(parts[-1]).suffix.lower()
        if not _plays(role, parts[-1]):
            raise Refusal("file-type", f"`{path}` can't be used here", _allowed(role, extension))
        entry = self._walk(role, path, parts)
        if not entry.is_file():
            raise Refusal(
                "not-a-file",
                f"`{path}` is a folder or a device, not a file",
                f"Name the file itself, such as `{EXAMPLES[role][1]}`.",
            )
        return self.root.joinpath(*parts)

    def has(self, text: str) -> bool:
        """Whether a text is the path of a Markdown file here, and nothing else."""
        if not re.fullmatch(r"[^\n]{1,200}\.md", text):
            return False
        try:
            return bool(self.find("markdown", text))
        except Refusal:
            return False

    def _walk(self, role: FileRole, path: str, parts: list[str]) -> os.DirEntry[str]:
        """Follow a path part by part, each with exactly its case."""
        folder = ""
        for number, part in enumerate(parts, 1):
            listing = self._listing(folder)
            entry = listing.entries.get(part)
            if entry is None:
                raise self._not_there(role, path, folder, part)
            _refuse_twins(part, listing)
            if entry.is_symlink():
                self._refuse_link_out(path, entry)
            if number == len(parts):
                return entry
            folder += f"{part}/"
        raise AssertionError("a path has parts")

    def _listing(self, folder: str) -> Listing:
        if folder not in self._listings:
            self._listings[folder] = Listing(self.root / folder)
        return self._listings[folder]

    def _not_there(self, role: FileRole, path: str, folder: str, part: str) -> Refusal:
        """What to say of a path that leads nowhere: wrong case, or the nearest name."""
        listing = self._listing(folder)
        if same := listing.twins(part):
            return Refusal(
                "file-case",
                f"`{path}` isn't written as the file is named, `{self.prefix}{folder}{same[0]}`",
                f"Write `{folder}{same[0]}`: capitals matter on many machines.",
            )
        fitting = [name for name in listing.entries if "." not in part or _plays(role, name)]
        near = get_close_matches(part, fitting, 1, 0.6)
        otherwise = "Put the file there, or mend the path."
        hint = f"Did you mean `{folder}{near[0]}`?" if near else otherwise
        return Refusal("file-missing", f"there is no file `{self.prefix}{path}`", hint)

    def _refuse_link_out(self, path: str, entry: os.DirEntry[str]) -> None:
        root = Path(os.path.realpath(self.root))
        if not Path(os.path.realpath(entry.path)).is_relative_to(root):
            raise link_out(path, self.whose)


def _plays(role: FileRole, name: str) -> bool:
    return Path(name).suffix.lower() in EXTENSIONS[role]


def link_out(path: str, whose: str = "module") -> Refusal:
    """What is told of a link that leads out of the folder of a module, say."""
    return Refusal(
        "link-outside",
        f"`{path}` is a link that leads out of the {whose}'s folder",
        "Put the file itself there instead.",
    )


def _refuse_twins(part: str, listing: Listing) -> None:
    if twins := listing.twins(part):
        raise Refusal(
            "names-clash",
            f"`{part}` and `{twins[0]}` are the same name on Windows and a Mac",
            "Rename one of the two.",
        )


def _parts(role: FileRole, path: str, whose: str) -> list[str]:
    """The parts of an author's path; raises `Refusal` for one that no machine should follow."""
    many, such_as = EXAMPLES[role]
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:|//|www\.", path):
        raise Refusal(
            "path-outside", f"`{path}` is an address, not a file",
            f"{many} must be files in the {whose}'s folder, such as `{such_as}`.",
        )  # fmt: skip
    if "\\" in path:
        raise Refusal(
            "path-form", f"`{path}` is written with `\\`", f"Write `{path.replace(chr(92), '/')}`."
        )
    parts = path.split("/")
    if path.startswith(("/", "~")) or ".." in parts or re.match(r"[A-Za-z]:", path):
        raise Refusal("path-outside", f"`{path}` leads out of the {whose}'s folder",
                      f"Put the file in the {whose}'s folder; paths begin there.")  # fmt: skip
    if "" in parts or "." in parts:
        raise Refusal("path-form", f"`{path}` is no plain path", f"Write it as `{such_as}`.")
    for part in parts:
        if WINDOWS_NAMES.fullmatch(part) or WINDOWS_MARKS.search(part):
            raise Refusal(
                "windows-name",
                f"`{part}` can't be a file's name on Windows",
                "Give it a name of letters, digits and `-`.",
            )
    return parts


def _allowed(role: FileRole, extension: str) -> str:
    """What to do about a kind of file that can't be used: another name alone won't help."""
    endings = ", ".join(EXTENSIONS[role])
    if extension == ".gif":
        return f"A picture that moves distracts: use a film, or one of {endings}."
    if role in AS:
        return AS[role]
    return f"Its name must end in {'one of ' if ',' in endings else ''}{endings}."


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
