"""What proposes the jobs of a trial: our own optimizers and nevergrad's, behind one port."""

from hyperdock_optimizers.factory import make_optimizer
from hyperdock_optimizers.failure import OptimizerFailed

__all__ = ["OptimizerFailed", "make_optimizer"]
