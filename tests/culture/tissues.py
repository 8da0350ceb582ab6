"""Small tissues for tests: quick to grow, and much happens in them."""

from typing import Any

SMALL: dict[str, Any] = {
    "base": "franssen-2019",
    "title": "Small",
    "until": "6 hour",
    "grid": {"shape": [41, 41], "spacing": "10 um", "capacity": 4, "step": "40 s"},
    "change": {
        "mesenchymal.doubling_time": "3 hour",
        "epithelial.doubling_time": "2 hour",
        "mesenchymal.motility": "1e-9 cm^2/s",
        "vasculature.residence": "20 minute",
        "vasculature.single_survival": 0.5,
        "vasculature.cluster_survival": 0.5,
    },
}
"""In six hours cells divide twice, enter vessels and found metastases."""

ALONE: dict[str, Any] = {**SMALL, "title": "Alone", "vessels": {}}
"""No vessel: nothing leaves, nothing arrives."""

CROWDED: dict[str, Any] = {
    **ALONE,
    "title": "Crowded",
    "grid": {"shape": [17, 17], "spacing": "10 um", "capacity": 4, "step": "40 s"},
}
"""The tumour soon meets the edge of its box."""

EMPTY: dict[str, Any] = {**ALONE, "title": "Empty", "start": [{"cells": {"epithelial": 0}}]}
