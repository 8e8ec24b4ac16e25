"""Tests of sequential optimizers in parallel trials."""

from hyperdock_common.json_types import JsonObject
from hyperdock_optimizers.one_at_a_time import OneAtATime, Waits


class Named:
    """Proposes its name; waits where it is told to; remembers what it was told."""

    def __init__(self, name: str, *, waits_at: tuple[int, ...] = ()) -> None:
        self.name = name
        self.waits_at = waits_at
        self.told: list[int] = []
        self.learnt: list[JsonObject] = []

    def ask(self, number: int) -> JsonObject:
        """The name and the number."""
        if number in self.waits_at:
            raise Waits
        return {self.name: number}

    def tell(self, number: int, loss: float | None) -> None:  # noqa: ARG002 - as the port has it
        """Remember."""
        self.told.append(number)

    def learn(self, params: JsonObject, loss: float | None) -> None:  # noqa: ARG002 - as above
        """Remember."""
        self.learnt.append(params)


def test_the_partner_proposes_while_the_leads_job_runs() -> None:
    """A strict lead has one job at a time, and each is told its own."""
    lead, partner = Named("lead"), Named("partner")
    both = OneAtATime(lead, partner, strict=True)
    assert [both.ask(n) for n in (1, 2, 3)] == [{"lead": 1}, {"partner": 2}, {"partner": 3}]
    both.tell(3, 0.5)
    assert both.ask(4) == {"partner": 4}
    both.tell(1, None)
    assert both.ask(5) == {"lead": 5}
    both.tell(4, 0.1)
    both.tell(5, 0.2)
    assert (lead.told, partner.told) == ([1, 5], [3, 4])


def test_one_job_at_a_time_needs_no_partner() -> None:
    """Without parallelism the lead proposes all jobs."""
    both = OneAtATime(Named("lead"), Named("partner"), strict=True)
    for number in (1, 2, 3):
        assert both.ask(number) == {"lead": number}
        both.tell(number, 1.0)


def test_a_lead_that_is_not_strict_has_parallel_jobs_until_it_waits() -> None:
    """The partner proposes only what the lead cannot."""
    lead, partner = Named("lead", waits_at=(3,)), Named("partner")
    both = OneAtATime(lead, partner, strict=False)
    assert [both.ask(n) for n in (1, 2, 3, 4)] == [
        {"lead": 1},
        {"lead": 2},
        {"partner": 3},
        {"lead": 4},
    ]
    for number in (3, 2, 4, 1):
        both.tell(number, 0.0)
    assert (lead.told, partner.told) == ([2, 4, 1], [3])


def test_the_lead_learns_what_others_found() -> None:
    """Also while a job of its own runs."""
    lead, partner = Named("lead"), Named("partner")
    both = OneAtATime(lead, partner, strict=True)
    both.learn({"x": 1}, 0.5)
    both.ask(1)
    both.learn({"x": 2}, None)
    assert (lead.learnt, partner.learnt) == ([{"x": 1}, {"x": 2}], [])
