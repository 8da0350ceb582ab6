"""An outside witness of the whole life: one slow, independent model in fixed time steps."""
