"""What is told of a scenario or a run in words: its laws, its sources."""
