"""Found by every Python that a test starts with this folder on its path: the site's clock is that far behind.

So a village whose life ends on a day of last autumn is served, and worked on, as if it were that day.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

BEHIND = os.environ.get("SITE_CLOCK_BEHIND")

if BEHIND:
    from django.utils import timezone

    timezone.now = lambda: datetime.now(UTC) - timedelta(seconds=float(BEHIND))
