"""Each module can be the first that is read: a circle of imports would show only in the command that happens to begin
there."""

import subprocess
import sys

from tests import examples

LOOK = """
import importlib, pkgutil, sys
import {tops}, storage.money_tables, storage.supply_tables, storage.tables, storage.time_tables
found = [one.name for top in ({tops},) for one in pkgutil.walk_packages(top.__path__, top.__name__ + ".")]
assert len(found) > 100, len(found)
for name in found:
    for loaded in [one for one in sys.modules if one.partition(".")[0] in ("office", "handlers")]:
        del sys.modules[loaded]
    importlib.import_module(name)
"""


def test_every_module_can_be_read_first() -> None:
    # Circles are found among duties; handlers import them one way.
    tops = "office, handlers" if examples.EVERYTHING else "office"
    done = subprocess.run([sys.executable, "-c", LOOK.format(tops=tops)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
