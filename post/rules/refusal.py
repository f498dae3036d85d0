"""What an error of the mail server means: an outage, an address that is refused for good, or neither."""

import re
import smtplib
from typing import Final

# The answers of a mail server that mean this address or this mail. Others of 500 and more mean us: what we
# speak, or that we may not.
_FOR_GOOD: Final = frozenset({501, 550, 551, 552, 553, 554, 556})
_MEANS_US: Final = re.compile(r"\b5\.7\.\d|\brelay", re.IGNORECASE)


def is_outage(error: Exception) -> bool:
    """True where the server itself is the matter, so that trying the next mail would only cost time.

    A sender that is refused is every mail's, unless the server says with it that this mail is too large (552).
    """
    if isinstance(error, smtplib.SMTPSenderRefused):
        return error.smtp_code != 552
    of_one_mail = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)
    return isinstance(error, OSError) and not isinstance(error, of_one_mail)


def refusal(error: Exception) -> str:
    """The server's words where it refused the address, or the mail to it, for good; "" where it did not.

    An answer of 400 and more is for now. A server that refuses us – it wants a password, it passes nothing on,
    it has a rule against us (5.7.x) – says nothing about the address.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused) and error.recipients:
        code, answer = _answered(*next(iter(error.recipients.values())))  # a mail has one recipient
    elif isinstance(error, smtplib.SMTPDataError):
        code, answer = _answered(error.smtp_code, error.smtp_error)
    else:
        return ""
    words = " ".join(answer.split())
    is_final = code in _FOR_GOOD and not _MEANS_US.search(words)
    return f"{code} {words}".strip()[:500] if is_final else ""


def _answered(code: int, words: bytes | str) -> tuple[int, str]:
    return code, words.decode(errors="replace") if isinstance(words, bytes) else words
