"""A small typed client of the REST API of Hyperdock."""
