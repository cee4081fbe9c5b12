"""WikiVillage: plan, run, stress and prove a resilient urban village, with one model."""

__version__ = "0.4.0"
