"""What could not be written is named as it was asked for."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tui.report.export import not_written, replacing


def test_the_error_names_the_file_asked_for_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "no" / "out.csv"
    with pytest.raises(FileNotFoundError) as caught, replacing(path):
        pass
    assert caught.value.filename == str(path)
    assert not_written(caught.value, path) == f"there is no folder {path.parent}"


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "out.csv"
    with pytest.raises(NotADirectoryError) as caught, replacing(path):
        pass
    assert not_written(caught.value, path) == f"{path.parent} is no folder"


def test_a_folder_that_is_there_is_not_called_missing(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.symlink_to(tmp_path / "gone" / "out.csv")
    with pytest.raises(FileNotFoundError) as caught, replacing(path):
        pass
    assert not_written(caught.value, path) == "cannot write there: no such file or directory"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EACCES, "cannot write there: permission denied"),
        (errno.EPERM, "cannot write there: permission denied"),
        (errno.EROFS, "cannot write there: read-only file system"),
        (errno.ENOSPC, "cannot write there: no space left on device"),
    ],
)
def test_other_faults_are_told_without_a_number_or_another_name(number: int, words: str) -> None:
    wrong = OSError(number, os.strerror(number), "/there/.out.csv.k3x")
    assert not_written(wrong, Path("/there/out.csv")) == words
