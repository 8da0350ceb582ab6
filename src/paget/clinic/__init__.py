"""What medicine sees and does: finding, staging, treating and following a virtual patient.

The truth of a life is made in `paget.body`; this package holds what is seen of it and what is done
about it. Every patient here is virtual, and nothing here is advice for a real one.
"""
