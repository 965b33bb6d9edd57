"""The console's pages: sign in, chat, customer, operations."""
