"""Shows: the pages and the small package that serves them."""

from hyperdock_webui.serving import routes

__all__ = ["routes"]
