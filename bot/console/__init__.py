"""The browser surface: chat with threads and buttons, the customer page, the operators' page; needs no account."""
