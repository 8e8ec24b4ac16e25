"""What a client wants to hear, as its query says it."""

import pytest

from hyperdock_gateway.feed.topics import LogTopic, Topics, logs_asked


@pytest.mark.parametrize(
    ("text", "streams"),
    [
        (None, (None,)),
        ("workers", (None,)),
        ("trial:a-1,trials", (None,)),
        ("", []),
        ("trial:a-1", ["trial-a-1"]),
        ("job:a-1.2,trial:a-1,job:b-2.1", ["trial-a-1", "trial-b-2"]),
        (",".join(f"trial:t-{number}" for number in range(9)), (None,)),
    ],
)
def test_a_few_streams_are_read_instead_of_the_whole_log(text: str | None, streams: object) -> None:
    """Those that hold the topics, where they are few; else the log is read as a whole."""
    assert Topics.asked(text).streams() == streams


def test_logs_are_named_by_job_attempt_and_offset() -> None:
    """Everything but the job can be left out."""
    topics = logs_asked("a-1.1,b.2:3,b.3:3-,b.4:3:-70,b.5:3-:70,b.6::5")
    assert topics == [
        LogTopic(job_id="a-1.1", attempt=None, onward=True, offset=0),
        LogTopic(job_id="b.2", attempt=3, onward=False, offset=0),
        LogTopic(job_id="b.3", attempt=3, onward=True, offset=0),
        LogTopic(job_id="b.4", attempt=3, onward=False, offset=-70),
        LogTopic(job_id="b.5", attempt=3, onward=True, offset=70),
        LogTopic(job_id="b.6", attempt=None, onward=True, offset=5),
    ]
    assert logs_asked(None) == logs_asked("") == []
