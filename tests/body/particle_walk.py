"""The journey of a seed told particle by particle: it lives with the checks of ``paget verify``."""

from paget.verify.particle_walk import Walked, particle_walk, start_of

__all__ = ["Walked", "particle_walk", "start_of"]
