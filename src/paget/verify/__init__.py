"""Closed forms and witnesses against which `paget verify` holds the engine, one file a law."""
