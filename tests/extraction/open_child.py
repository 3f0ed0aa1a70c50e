"""The real child, but whoever runs it may look into its memory: the real one refuses that to all but root."""

import importlib.util
import sys
from pathlib import Path

DUMPABLE = (4, 1, 0, 0, 0)

if __name__ == "__main__":
    path = Path(sys.argv[2]) / "portal" / "extraction" / "child.py"
    spec = importlib.util.spec_from_file_location("child", path)
    child = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(child)
    child.NOT_DUMPABLE = DUMPABLE
    sys.exit(child.main())
