"""The embedded adapters of the ports: SQLite files, a bus inside the process, a folder.

Each module stands alone; a composition root imports those that it picks.
"""
