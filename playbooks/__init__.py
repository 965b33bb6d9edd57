"""Decisions: pure, synchronous functions of facts and `now`; never a clock, a network, a chat or an environment."""
