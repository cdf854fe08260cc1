"""By which sign a browser knows a person, for what it keeps of hers. It says nothing of her."""

from django.utils.crypto import salted_hmac


def key_of_person(pk: int) -> str:
    """Return the sign of a person (id of the account): the same for a person, and nothing to read in it."""
    return salted_hmac("sankecare.kept", str(pk)).hexdigest()[:16]
