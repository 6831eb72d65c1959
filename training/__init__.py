"""How the bundled model is made: training, its leave-one-writer-out figures, and ablations."""
