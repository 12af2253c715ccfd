"""Renewal: the day by which a headshot is out of date.

Photographers say to renew a headshot every two to three years, however alike one still is.
"""

from __future__ import annotations

from datetime import date

__all__ = ["YEARS", "renewal"]

YEARS = 3
"""After how many years a headshot is out of date."""


def renewal(taken: date) -> date:
    """Return the day on which a headshot is YEARS old.

    >>> renewal(date(2024, 2, 29))
    datetime.date(2027, 3, 1)
    """
    try:
        return taken.replace(year=taken.year + YEARS)
    except ValueError:  # a leap day
        return date(taken.year + YEARS, 3, 1)
