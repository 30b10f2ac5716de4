"""Faults of the mailboxes."""


class UnbekannteSendung(LookupError):
    """No such message in this mailbox: wrong id, not visible yet, or somebody else's."""


class WidersprechendeQuittung(Exception):
    """The message was acknowledged before, in another way."""
