"""Many lives: scenarios, runs, calibration and validation.

A scenario names a cancer, a body, a population and a seed; a run carries it out in shards over all
cores and leaves a folder of tables that any tool can read.
"""
