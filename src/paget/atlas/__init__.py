"""What is known, as data: the body map, the cancers, the scenarios, the papers.

Every number in these files carries a unit, a range and a source, or says ``assumption``. The code
beside them reads and checks; the laws that use the numbers are in `paget.body`.
"""
