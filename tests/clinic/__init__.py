"""The laws of the clinic, one file a law."""
