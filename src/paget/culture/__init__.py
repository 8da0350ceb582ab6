"""Studies of tissues: one grown, many grown, what is recorded of them and where it is kept."""
