"""What the database itself requires of a column that holds a currency."""

from __future__ import annotations

from django.db.models import F, Q
from django.db.models.functions import Length, Upper
from django.db.models.lookups import Exact

IS_A_CODE = Q(Exact(Length("currency"), 3), Exact(Upper("currency"), F("currency")))
"""Three letters, none of them small. Not by a regular expression: on SQLite that is a function of Django's, without
which no other program could copy, check or read the table."""
