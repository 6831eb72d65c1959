"""What docscore writes and prints: formats only, nothing is decided here."""
