"""Errors that whoever runs the system can mend; commands print them without a traceback."""


class Betriebsfehler(RuntimeError):
    """Something about the installation is not in order; the message says what helps."""
