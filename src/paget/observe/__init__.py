"""The observation layer: published quantities as a registry, a trial or a clinic would see them."""
