"""Where something happens, never told more exactly than the group chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

DIGITS = {"exact": 5, "street": 3, "area": 2, "city": 1, "region": 0}
"""Digits of a coordinate after the point: about 1 m, 100 m, 1 km, 10 km, 100 km; a country has none."""

PRECISIONS = (*DIGITS, "country")


@dataclass(frozen=True, slots=True)
class Place:
    """A place as it may be told; `coarse` has been applied to every Place that is kept.

    Without a precision it has nothing but what people call it, and that is told as it is.
    """

    name: str
    area: str = ""
    street: str = ""
    lat: float | None = None
    lon: float | None = None
    precision: str = ""

    def coarse(self) -> Place:
        """Return the place without anything finer than its precision, not even in the name."""
        digits = DIGITS.get(self.precision)
        keeps_street = self.precision in ("", "exact", "street")
        # The name of a hall says the street as well as the street does.
        name = self.name if keeps_street or not self.area else self.area
        return replace(
            self,
            name=name,
            area=self.area if self.area != name else "",
            street=self.street if keeps_street else "",
            lat=None if self.lat is None or digits is None else round(self.lat, digits) + 0.0,
            lon=None if self.lon is None or digits is None else round(self.lon, digits) + 0.0,
        )

    @property
    def label(self) -> str:
        """Name and area in one line, without the street."""
        return _line(self.name, self.area)

    @property
    def address(self) -> str:
        """All that may be told, in one line."""
        return _line(self.name, self.street, self.area)

    def to_document(self) -> dict[str, Any]:
        """Return a Place as Mobilizon and Gancio read it: one object, coordinates as floats."""
        address = {"type": "PostalAddress", "addressLocality": self.area or self.name}
        if self.street:
            address["streetAddress"] = self.street
        place: dict[str, Any] = {"type": "Place", "name": self.name, "address": address}
        if self.lat is not None and self.lon is not None:
            place |= {"latitude": self.lat, "longitude": self.lon}
        return place | ({"placePrecision": self.precision} if self.precision else {})

    def facts(self) -> dict[str, Any]:
        """Return what a page needs."""
        return {
            "name": self.name,
            "area": self.area,
            "street": self.street,
            "lat": self.lat,
            "lon": self.lon,
            "precision": self.precision,
            "label": self.label,
        }


def _line(*parts: str) -> str:
    return ", ".join(dict.fromkeys(part for part in parts if part))


def from_document(document: object) -> Place | None:
    """Read a Place that a group of fedi wrote; anything else is no place."""
    if not isinstance(document, Mapping) or document.get("type") != "Place":
        return None
    address = document.get("address")
    address = address if isinstance(address, Mapping) else {}
    name = document.get("name")
    if not isinstance(name, str) or not name:
        return None
    area = address.get("addressLocality")
    street = address.get("streetAddress")
    precision = document.get("placePrecision")
    lat, lon = document.get("latitude"), document.get("longitude")
    return Place(
        name=name,
        area=area if isinstance(area, str) and area != name else "",
        street=street if isinstance(street, str) else "",
        lat=float(lat) if isinstance(lat, int | float) else None,
        lon=float(lon) if isinstance(lon, int | float) else None,
        precision=precision if precision in PRECISIONS else "",
    )
