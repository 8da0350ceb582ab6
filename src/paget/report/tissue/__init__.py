"""Pictures and films of a grown tissue."""
