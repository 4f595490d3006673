"""The systemd unit that `deskhand setup --service` prints."""

import shutil
import subprocess
from pathlib import Path

import pytest

from bot.service import unit


@pytest.mark.parametrize("name", ["deskhand", "a folder 50% full"])
def test_systemd_takes_the_unit(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    program = folder / "deskhand"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    text = unit(folder, program, "root")
    assert "Restart=always" in text and "UMask=0077" in text
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze on this machine")
    file = tmp_path / "deskhand.service"
    file.write_text(text)
    judged = subprocess.run(["systemd-analyze", "verify", str(file)], capture_output=True, text=True, check=False)
    assert judged.returncode == 0 and not judged.stderr, judged.stderr
