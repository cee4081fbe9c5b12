"""Ids in addresses: whatever both databases can look for. An address with a NUL in it leads nowhere."""

from __future__ import annotations

from django.urls import register_converter


class IdConverter:
    """An id, without slashes: ``<id:...>``."""

    regex = r"[^/\x00]+"

    def to_python(self, value: str) -> str:
        """The id as it stands in the address."""
        return value

    def to_url(self, value: str) -> str:
        """The id as it is put into an address."""
        return value


class LongIdConverter(IdConverter):
    """An id that may have slashes: ``<long_id:...>``."""

    regex = r"[^\x00]+"


register_converter(IdConverter, "id")
register_converter(LongIdConverter, "long_id")
