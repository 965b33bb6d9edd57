"""What people do to the inbox from chat: one conversation, the person in it, or many at once."""
