"""Pictures and pages: figures, the body map and the report of a run.

The only package that plots. Every figure says what it shows, with its interval, and carries the
notice that Paget is for research and education.
"""
