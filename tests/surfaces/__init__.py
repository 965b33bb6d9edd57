"""Chat surfaces: the card rendered, the requests read, the messages sent, over real sockets."""
