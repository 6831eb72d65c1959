"""Detectors: one way of finding out each, from a document to a finding."""
