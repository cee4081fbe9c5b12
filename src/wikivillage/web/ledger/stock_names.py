"""How the stocks of a village are called: those of a resource, a store and an exchange by its id."""

from __future__ import annotations

OUTSIDE = "_outside"


def exchange_stock(exchange: str, resource: str) -> str:
    """The stock that stands for what is beyond an exchange.

    Where an exchange is called like its resource (``compost``), that name is the village's own stock of it.
    """
    return exchange + OUTSIDE if exchange == resource else exchange
