"""How often a password may be missed: ten times an account, then a thousand times a network, in 15 minutes.

Every attempt first writes its row and then counts, so of any number of attempts at the same moment
no more than the limit can pass: the one that commits as number eleven sees ten others. The row of
an attempt that succeeds is removed again, so people who know their password count for nothing, and
an office of any size gets in from one network. An attempt that is refused leaves no row: the wait
is never made longer by trying.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from people.models import SignInAttempt

PER_ACCOUNT = 10
PER_NETWORK = 1000
WINDOW = timedelta(minutes=15)


class TooManyAttempts(Exception):
    """Refused, whatever the password. `retry_at`: when the oldest counted attempt is forgotten."""

    def __init__(self, retry_at: datetime, *, account: bool) -> None:
        super().__init__(f"until {retry_at:%H:%M}")  # not for people: the edge has its own words
        self.retry_at = retry_at
        self.account = account


def network_key(network: str) -> str:
    """A hash that is the same for every attempt from a network."""
    return _hashed("address", network)  # the word that stored hashes were made with


def _hashed(kind: str, value: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()


def account_key(email: str) -> str:
    """The same for every way to write an e-mail address, whether it has an account or not."""
    return _hashed("account", email.strip().lower())


def begin_attempt(*, email: str, network: str, now: datetime) -> Callable[[], None]:
    """Count an attempt to sign in; call what comes back when it succeeded.

    Five SQL statements at most. Raises: TooManyAttempts.
    """
    since = now - WINDOW
    account, origin = account_key(email), network_key(network)
    SignInAttempt.objects.filter(at__lte=since).delete()
    attempt = SignInAttempt.objects.create(account=account, address=origin, at=now)
    for limit, of_account, attempts in (
        (PER_ACCOUNT, True, SignInAttempt.objects.filter(account=account, at__gt=since)),
        (PER_NETWORK, False, SignInAttempt.objects.filter(address=origin, at__gt=since)),
    ):
        if attempts.count() > limit:
            SignInAttempt.objects.filter(pk=attempt.pk).delete()
            newest = attempts.order_by("-at").values_list("at", flat=True)[limit - 1 : limit]
            oldest_counted = next(iter(newest), now)
            raise TooManyAttempts(oldest_counted + WINDOW, account=of_account)

    def succeeded() -> None:
        SignInAttempt.objects.filter(pk=attempt.pk).delete()

    return succeeded


def forgive(email: str) -> None:
    """Forget an account's attempts: somebody opened the link that was mailed to it."""
    SignInAttempt.objects.filter(account=account_key(email)).delete()
