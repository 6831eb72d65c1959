"""What holds for all tests."""

from __future__ import annotations

import gc

# A collection that walks through all that a long session holds takes a good part of a second, and tests that time the
# code would count it as the code's own.
gc.set_threshold(50_000, 50, 1_000)
