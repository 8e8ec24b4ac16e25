"""The operations of programs that evaluate jobs themselves."""

from typing import Final

from hyperdock_gateway.api import Operation
from hyperdock_gateway.api.documents.evaluator import (
    Beat,
    Evaluator,
    NewEvaluator,
    Orders,
    Proposal,
    Report,
    Verdict,
    Wish,
)
from hyperdock_gateway.api.documents.job import Job
from hyperdock_gateway.evaluators.asking import ask
from hyperdock_gateway.evaluators.registering import beat, leave, register
from hyperdock_gateway.evaluators.telling import report, tell

_TAGS: Final = ("evaluators",)

OPERATIONS: Final = (
    Operation(
        method="POST",
        path="/trials/{trial_id}/evaluators",
        id="register_evaluator",
        summary="Begin to evaluate the jobs of an external trial",
        handler=register,
        scope="submit",
        body=NewEvaluator,
        body_optional=True,
        answers={201: Evaluator, 202: Evaluator},
        tags=_TAGS,
        problems=(409,),
    ),
    Operation(
        method="POST",
        path="/evaluators/{evaluator_id}/ask",
        id="ask",
        summary="Ask for the next job",
        handler=ask,
        scope="submit",
        body=Wish,
        body_optional=True,
        answers={200: Proposal, 204: None},
        tags=_TAGS,
        problems=(409, 410),
        description="204: there is none now; ask again. 410: the trial has ended. The lease of "
        "what is handed out lasts as long as heartbeats name it.",
    ),
    Operation(
        method="POST",
        path="/evaluators/{evaluator_id}/heartbeat",
        id="beat",
        summary="Keep the leases, and hear what to give up",
        handler=beat,
        scope="submit",
        body=Beat,
        body_optional=True,
        answers={200: Orders},
        tags=_TAGS,
    ),
    Operation(
        method="POST",
        path="/evaluators/{evaluator_id}/report",
        id="report",
        summary="Report intermediate values",
        handler=report,
        scope="submit",
        body=Report,
        answers={202: None},
        tags=_TAGS,
        problems=(409,),
    ),
    Operation(
        method="POST",
        path="/evaluators/{evaluator_id}/tell",
        id="tell",
        summary="Tell how an attempt ended",
        handler=tell,
        scope="submit",
        body=Verdict,
        answers={200: Job, 202: Job},
        tags=_TAGS,
        problems=(409,),
    ),
    Operation(
        method="DELETE",
        path="/evaluators/{evaluator_id}",
        id="leave",
        summary="Go; what is still held is for others",
        handler=leave,
        scope="submit",
        answers={204: None},
        tags=_TAGS,
    ),
)
