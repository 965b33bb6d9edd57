"""Alerts by e-mail, one way: it sends, and reads nothing that comes back."""
