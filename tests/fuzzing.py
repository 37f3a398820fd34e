"""For how long fuzzers run: a second each, or as many as the environment variable FUZZ_SECONDS says."""

import os
import random
import time
from collections.abc import Iterator

SECONDS = float(os.environ.get("FUZZ_SECONDS", "0.5"))


def rounds(seed: int = 0) -> Iterator[random.Random]:
    """Yield generators of random numbers, at least three, until the time is over; each round's seed is reproducible."""
    started, count = time.monotonic(), 0
    while count < 3 or time.monotonic() - started < SECONDS:
        yield random.Random(f"{seed}/{count}")
        count += 1


def mangled(text: str, generator: random.Random, alphabet: str) -> str:
    """Return a text with a few characters replaced, removed, repeated or put in."""
    characters = list(text)
    for _ in range(generator.randint(1, 6)):
        at = generator.randint(0, len(characters))
        match generator.randrange(4):
            case 0:
                characters[at : at + 1] = generator.choice(alphabet)
            case 1:
                del characters[at : at + generator.randint(1, 3)]
            case 2:
                characters[at:at] = characters[max(0, at - 4) : at]
            case _:
                characters.insert(at, generator.choice(alphabet))
    return "".join(characters)
