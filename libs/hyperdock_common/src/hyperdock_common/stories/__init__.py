"""Why things are as they are: recorded events retold as sentences, each with what it follows from.

Pure: who tells a story reads the log, and hands over the events.
"""

from hyperdock_common.stories.finding import proposal_id
from hyperdock_common.stories.job import JobSetting, job_story
from hyperdock_common.stories.sentence import EventRef, Result, Sentence, ref_to
from hyperdock_common.stories.trial import TrialStory

__all__ = [
    "EventRef",
    "JobSetting",
    "Result",
    "Sentence",
    "TrialStory",
    "job_story",
    "proposal_id",
    "ref_to",
]
