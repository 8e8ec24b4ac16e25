"""The documents of the API as models: what they look like, for the OpenAPI document and its users.

Answers are not validated against them when the gateway runs; a test does that.
"""
