"""The spatial cascade: cells, fields and vessels on a lattice, in one tissue or several."""
