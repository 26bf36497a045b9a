"""What goes wrong in ways that a person can mend, and how a command tells it."""

from __future__ import annotations


class PollsError(Exception):
    """Told to whoever runs a command, in the words it was raised with, and not as a fault of ours.

    `code` is the exit code of the command that it ends (see `rsscorm.cli`); `about`, where it is
    set, is the file that was being read.
    """

    code = 1
    about = ""

    def told(self) -> str:
        """The sentence for people."""
        return f"{self.about}: {self}" if self.about else str(self)
