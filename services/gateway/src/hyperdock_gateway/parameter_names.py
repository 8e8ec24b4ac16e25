"""The names of a trial's parameters, as people wrote them into its search space."""

from hyperdock_common.spec import recorded_trial
from hyperdock_gateway.services import Services


def parameter_names(services: Services, trial_id: str) -> list[str]:
    """Constants too, in the order of their definition; none where the trial is not known."""
    spec = services.views.get("specs", trial_id)
    if spec is None:
        return []
    alternatives = recorded_trial(spec).parsed_space.alternatives
    parameters = (each for alternative in alternatives for each in alternative.parameters)
    return list(dict.fromkeys(each.name for each in parameters))
