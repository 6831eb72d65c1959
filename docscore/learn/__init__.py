"""Learning from annotated cases: the corpus, training, and evaluation by writer."""

from __future__ import annotations
