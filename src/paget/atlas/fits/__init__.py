"""The fits of the atlas: for each cancer, what its calibration explores and how far."""
