"""Serves: REST and WebSocket; reads views, publishes requests."""
