"""Growing the annotations: to and from annotation tools, which cases to annotate next, and which labels to read again.

:mod:`docscore.annotate.tasks` is what all tools share; each tool is one module that writes and reads its format.
"""
