"""Production settings with a hasher that costs nothing, for tests of five hundred sign-ins.

What is tested there is the counting of attempts by two workers, not Argon2id; on two busy cores the
real hasher alone would take half of the minute.
"""

from bothways.settings import *  # noqa: F403
from bothways.settings import PASSWORD_HASHERS as REAL

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *REAL]
