"""The model beside what was published: targets, calibration, validation, trials."""
