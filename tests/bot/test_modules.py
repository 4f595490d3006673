"""Each module can be the first that is read: a circle of imports would show only in the command that happens to begin
there."""

import subprocess
import sys

LOOK = """
import importlib, pkgutil, sys
import handlers, office, storage.money_tables, storage.supply_tables, storage.tables, storage.time_tables
found = [one.name for top in (office, handlers) for one in pkgutil.walk_packages(top.__path__, top.__name__ + ".")]
assert len(found) > 150, len(found)
for name in found:
    for loaded in [one for one in sys.modules if one.partition(".")[0] in ("office", "handlers")]:
        del sys.modules[loaded]
    importlib.import_module(name)
"""


def test_every_module_can_be_read_first() -> None:
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
