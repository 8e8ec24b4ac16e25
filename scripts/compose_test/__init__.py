"""Brings compose.yaml up from images built here, drives trials through it, leaves nothing behind.

The services' images and compose.yaml are the real ones; RabbitMQ comes from Debian's package, and a
server that speaks its protocol stands in for MongoDB (compose/test.yaml).
"""
