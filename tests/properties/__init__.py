"""What is always true of lives, whatever the parameters."""
