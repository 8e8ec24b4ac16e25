"""What every Hyperdock service shares: events, log, views, space, trial spec and ports."""
