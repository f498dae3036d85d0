"""How long the figures of a report are kept before they are counted anew. Its page says as of when they are.

Counting those of 10,000 people takes about 0.1 s of CPU (decisions 14 and 25). An operator may set another
time by REPORT_SECONDS.
"""

from typing import Final

KEPT_SECONDS: Final = 60
MOST_SECONDS: Final = 24 * 60 * 60
"""Figures of yesterday would be taken for today's."""
