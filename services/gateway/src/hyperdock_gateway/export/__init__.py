"""A trial as a file to work with elsewhere: a table, a document a line, or all there is."""

from hyperdock_gateway.export.operations import OPERATIONS

__all__ = ["OPERATIONS"]
