"""How hard the property tests try: by default enough for every change, more in a campaign."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("change", max_examples=50, deadline=None)
settings.register_profile("campaign", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("GRADEWATCH_PROPERTIES", "change"))
