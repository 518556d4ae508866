"""Reading small files that the relay trusts."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
Version = tuple[int, int, int, int, int, int, int]
"""Differs whenever a file is another, has other content or other rights."""


def version_of(status: os.stat_result) -> Version:
    """Of what ``stat`` told of a file."""
    return (
        status.st_dev,
        status.st_ino,
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,  # new rights and a new owner change nothing else of a file
        status.st_mode,
        status.st_uid,
    )


def read_file(file: Path, longest: int, *, secret: bool = False) -> bytes:
    """The content of an ordinary file; a secret one must be ours and closed to all others.

    The rights are looked up on the open file, so that it cannot be exchanged in between. Raises
    ``OSError`` and, for what may not be used, ``ValueError``, neither with any of the content.
    """
    # without O_NONBLOCK the opening of a pipe would wait for its writer
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb", closefd=True) as opened:
        status = os.fstat(opened.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise ValueError(f"{file} is no ordinary file")
        if secret and status.st_uid != os.geteuid():
            raise ValueError(f"{file} belongs to somebody else")
        if secret and status.st_mode & _OTHERS:
            raise ValueError(f"others may read {file}: chmod 600")
        content = opened.read(longest + 1)
    if len(content) > longest:
        raise ValueError(f"{file} has more than {longest} bytes")
    return content
