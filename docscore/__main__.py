"""``python -m docscore``: the same as the command ``docscore``."""

from __future__ import annotations

import sys

from docscore.cli import main

if __name__ == "__main__":
    sys.exit(main())
