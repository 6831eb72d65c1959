"""The transformer backend (extra ``transformer``): a fine-tuned encoder beside the linear heads.

It answers one question of the house, sentence → logits per head (:class:`docscore.detect.protocol.SentenceScorer`);
what becomes of the logits (evidence, grades, calibration, thresholds, review band) is decided by the same code as for
the linear model. Nothing here imports torch or transformers before it is needed, and nothing contacts a
hub unless told to.
"""
