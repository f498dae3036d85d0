"""How long endurance takes: SOAK=20 gives every test marked `soak` twenty rounds; in the suite each has one."""

import os
from typing import Final

ROUNDS: Final = max(int(os.environ.get("SOAK", "1")), 1)


def spread(first: int, last: int) -> list[int]:
    """As many numbers as there are rounds, evenly from first to last; of one round, the one in the middle."""
    if ROUNDS == 1:
        return [(first + last) // 2]
    return sorted({first + (last - first) * turn // (ROUNDS - 1) for turn in range(ROUNDS)})
