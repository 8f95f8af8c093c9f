"""What tests of pages start from."""

from __future__ import annotations

from open_house import house as house
