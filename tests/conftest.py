"""How property tests draw: the same examples at every run (Hypothesis' own profile "ci"), many fresh ones in `make hunt`."""

from hypothesis import settings

settings.register_profile("hunt", max_examples=1000, deadline=None, derandomize=False, print_blob=True)
