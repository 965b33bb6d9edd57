"""Everything read from or written to outside; the only house with network clients in it."""
