"""The program with everything read in, forked for each command: as alone as a process of its own, in a tenth of the
time. `Preloaded().run(...)` is subprocess.run for `deskhand …`; as a script this is the process that forks."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


class Preloaded:
    """Commands of deskhand, one at a time. Close it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.preloaded"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, folder: Path, arguments: list[str], env: dict[str, str]) -> "subprocess.CompletedProcess[str]":
        """The command's end: its code and what it wrote. `env` is all of its environment."""
        assert self._process.stdin is not None and self._process.stdout is not None
        with tempfile.TemporaryDirectory() as written:
            asked = {"folder": str(folder), "arguments": arguments, "env": env, "written": written}
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
            code = int(self._process.stdout.readline())
            out, err = ((Path(written) / name).read_text() for name in ("out", "err"))
        return subprocess.CompletedProcess(arguments, code, out, err)

    def close(self) -> None:
        self._process.communicate()


def _serve() -> None:
    from bot.cli import app

    _read_all_of_it()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(json.loads(line))
            app()
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


def _read_all_of_it() -> None:
    """What the commands read only when they are asked for."""
    from bot import doctor, manifest, practising, running, setting_up

    assert doctor and manifest and practising and running and setting_up


def _become(asked: dict[str, object]) -> None:
    """A child is the command: its folder, its environment, its arguments, its outputs."""
    for name, standard in (("out", 1), ("err", 2)):
        file = os.open(f"{asked['written']}/{name}", os.O_WRONLY | os.O_CREAT)
        os.dup2(file, standard)
    os.chdir(str(asked["folder"]))
    os.environ.clear()
    os.environ.update(asked["env"])  # type: ignore[call-overload]
    sys.argv[1:] = asked["arguments"]  # type: ignore[call-overload]


if __name__ == "__main__":
    _serve()
