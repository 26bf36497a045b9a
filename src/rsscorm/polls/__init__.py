"""The poll service: votes, what may be told of them, and the LRS that hears of them.

It stands apart: what it must know of a module, the build has written to `NAME-EDITION.polls.json`.
"""
