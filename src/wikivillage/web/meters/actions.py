"""Everything that writes in this room: one transaction each, told when and by whom."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from django.db import transaction

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.connectors.kinds import BatchReport, Interval, Reading
from wikivillage.connectors.intervals import cut
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.ledger.shelf import locked
from wikivillage.web.meters import models
from wikivillage.web.meters.closing import SUMS, all_steps, sum_row
from wikivillage.web.meters.describe import DescribedMeter
from wikivillage.web.meters.incoming import Refused, reading_of, take_in
from wikivillage.web.meters.rows import KIND_FIELDS
from wikivillage.web.meters.week import Week_
