"""The durable engine: what it promises, on both databases."""
