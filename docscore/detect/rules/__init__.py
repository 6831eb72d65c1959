"""Rules that decide a checkpoint from dates, attestations and other documents, without a model."""
