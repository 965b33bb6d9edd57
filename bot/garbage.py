"""Looks for garbage seldom in a process that serves for long; it frees nothing by itself.

Python looks for reference cycles each 700 objects, and now and then through all of them. A service holds some 400,000 that
live as long as it does, and hundreds of half-answered requests: a fifth of what intake costs went into looking (measured).
"""

import gc

BETWEEN, TIMES = 20_000, 20
"""Objects between two looks at the youngest; looks before the older are looked at too."""


def set_aside() -> None:
    """Once, when everything is built: what there is now is not looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(BETWEEN, TIMES, TIMES)
