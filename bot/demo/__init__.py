"""The demonstration: sandboxes on loopback, the whole product wired to them, and the main job told as it happens."""
