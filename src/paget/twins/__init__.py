"""The same virtual persons under two scenarios: lived side by side, and what the change did."""
