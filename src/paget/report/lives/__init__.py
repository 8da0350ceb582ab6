"""Pictures and the page of lives: the body map, a timeline, a cohort."""
