"""The observation layer: tables of a cohort, as registries and clinics would publish them."""
