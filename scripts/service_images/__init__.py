"""Builds the images of the services on a machine that cannot reach an image registry.

The Dockerfiles name public base images as build arguments. Here a small Debian, made by
debootstrap, takes their place, so the Dockerfiles are built unchanged; the packages are fetched by
this machine's pip and laid into the image of the build stage, so that the builds need no network.
Two servers are built as well, for tests only: RabbitMQ from Debian's package, and a server that
speaks MongoDB's protocol.
"""
