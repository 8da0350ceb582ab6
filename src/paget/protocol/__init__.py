"""From the text of a protocol to what the clinic runs."""
