"""The chat surfaces and the composition root: the only house that knows both decisions and the outside."""
