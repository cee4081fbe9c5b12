"""One stream of ten meters as a bad network brings it: doubled, shuffled, cut."""

from __future__ import annotations

import random
from decimal import Decimal

from tests.connectors.streams import reading
from wikivillage.connectors.kinds import Reading


def torn(seed: int, batches: int = 0, size: int = 1000) -> list[list[Reading]]:
    """``size`` readings of ten meters, a quarter of them twice, shuffled and cut into parts of any size."""
    rng = random.Random(9)
    stream = [
        reading(900 * step + rng.randrange(60), Decimal(step * 7 + number) / 10, f"m{number}")
        for step in range(size // 10)
        for number in range(10)
    ]
    rng = random.Random(seed)
    stream += rng.sample(stream, size // 4)
    rng.shuffle(stream)
    cuts = sorted(rng.sample(range(1, len(stream)), (batches or 12) - 1))
    return [stream[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
