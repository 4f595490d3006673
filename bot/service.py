"""A systemd unit for this installation: started with the machine, started again when it ends, kept in its folder."""

import getpass
import sys
from pathlib import Path

# A start waits for the network by itself, and ends only for what a person must mend; so it is tried for ever, slowly.
# The folder is all that it may write to. 20 s: Deskhand ends within 10.
_UNIT = """\
[Unit]
Description=Deskhand, the back-office worker of the company
Documentation=file:{documentation}
Wants=network-online.target
After=network-online.target postgresql.service
StartLimitIntervalSec=0

[Service]
User={user}
WorkingDirectory={folder}
ExecStart={program} run
Restart=always
RestartSec=10
TimeoutStopSec=20
UMask=0077
NoNewPrivileges=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectSystem=strict
ProtectHome=read-only
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
LockPersonality=yes
ReadWritePaths={folder}

[Install]
WantedBy=multi-user.target
"""


def unit(folder: Path, program: Path | None = None, user: str | None = None) -> str:
    """The unit as text. `folder` holds .env and, with SQLite, the database; `program` is this `deskhand`, `user` the
    account that runs it, both as they are now if left out."""
    return _UNIT.format(
        documentation=_quoted(Path(__file__).resolve().parents[1] / "docs" / "running.md"),
        user=user or getpass.getuser(),
        folder=_quoted(folder.resolve()),
        program=_quoted(program or Path(sys.executable).with_name("deskhand")),
    )


def _quoted(path: Path) -> str:
    """A path as systemd reads it: % begins a specifier, a blank would end the word."""
    return str(path).replace("%", "%%").replace(" ", "\\x20")
