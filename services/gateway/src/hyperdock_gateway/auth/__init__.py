"""Who may use the gateway: tokens, tickets, the login, and how much is too much.

Nothing is imported from here by itself: the kit of the API needs no login, and `hyperdock token`
needs no gateway.
"""
