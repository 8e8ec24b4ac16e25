"""From documents to what a person reads: pure functions, no terminal needed."""
