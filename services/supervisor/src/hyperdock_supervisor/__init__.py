"""Decides: proposes jobs, keeps leases, ends trials. The only writer of the log."""
