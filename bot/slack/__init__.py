"""The Slack surface: requests in, cards out. Replaceable by editing this folder only; nothing here decides anything."""
