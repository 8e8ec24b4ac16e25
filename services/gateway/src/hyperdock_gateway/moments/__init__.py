"""Time travel: what reads of the API show as of a moment of the past.

A moment is a position of the log, or a time, which stands for the last position recorded by then.
A handler gets the log and the views of the moment in place of today's, and needs no line for it:

*   `asked` reads the parameter `at`, and `place` finds the position that it names;
*   `past_log` is the log as it was, `past_views` the views;
*   `trial_past` folds the events of one trial, `past_pages` makes pages of what came of it, and
    `trial_pasts` keeps the trials that were asked for last;
*   `system_past` folds the whole log into scratch files, for what no single trial tells;
*   `moments` puts these together, and `patience` is how long a request waits for them.
"""

from hyperdock_gateway.moments.asked import AT, PARAMETER, Asked, read_at
from hyperdock_gateway.moments.moments import Moment, Moments, moments_of

__all__ = ["AT", "PARAMETER", "Asked", "Moment", "Moments", "moments_of", "read_at"]
