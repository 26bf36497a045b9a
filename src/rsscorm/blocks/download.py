"""`download:` a file to keep."""

from __future__ import annotations

from rsscorm.blocks.base import Block
from rsscorm.blocks.fields import DownloadFile, Plain


class Download(Block):
    """A file to keep."""

    kind = "download"

    download: DownloadFile
    """The file."""
    title: Plain
    """What the file is, as the link says it."""
