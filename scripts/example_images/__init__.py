"""Builds the images of `examples/` on a machine that cannot reach an image registry.

Each Dockerfile names a public base image as a build argument. Here small stand-ins for those
bases are put together from what the machine itself has (busybox, Python, Node.js, gcc), so the
Dockerfiles are built unchanged. Standard library only: this runs before anything is installed.
"""
