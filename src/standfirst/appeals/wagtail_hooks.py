"""Where Wagtail finds our hooks: each subject registers its own in the module named here."""

from standfirst.appeals.desk import explain, viewsets
from standfirst.appeals.trials import hooks as trials

__all__ = ["explain", "trials", "viewsets"]
