"""Tests of Paget, in folders by what they ask: see CONTRIBUTING.md."""
