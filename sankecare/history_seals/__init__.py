"""The seals of the history: what was written on a day, chained to the day before and signed where no page can sign.

Whoever owns the database can rewrite a history and every digest in it. The key is elsewhere (``HISTORY_KEY``, in the
environment of the process that seals alone), and so are the heads: mailed to the auditors, written to a second place.
"""
