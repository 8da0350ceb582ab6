"""A scenario carried out: shards over threads, the folder that they leave, a cohort, one life."""
