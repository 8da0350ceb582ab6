"""What every layer stands on: parameters, units, sources, streams, results and errors.

Values enter here with a unit, a range and a source, and leave as plain numbers in one system of
units (µm, day, cell, mL, Gy); results leave with their units, their seed and their sources.
"""
