"""`download:` a file to keep."""

from __future__ import annotations

from rsscorm.blocks.base import Block, DownloadFile, Plain


class Download(Block):
    """A file to keep."""

    kind = "download"

    download: DownloadFile
    title: Plain
