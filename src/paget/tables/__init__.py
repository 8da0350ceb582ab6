"""What a run writes: the columns of every table, and how they follow from the records of lives."""
