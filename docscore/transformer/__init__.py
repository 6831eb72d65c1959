"""The transformer backend (extra ``transformer``): a fine-tuned encoder beside the small model.

It answers one question of the house, sentence → logits per head
(:meth:`docscore.detect.topics.TopicModel.sentence_logits`); what becomes of the logits (evidence, grades, calibration,
thresholds, review band) is decided by the same code as for the bundled model. Nothing here imports torch or
transformers before it is needed, and nothing contacts a hub unless told to.
"""
