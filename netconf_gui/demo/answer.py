"""What an operation answers when it succeeds: data to put into the reply, or nothing but `<ok/>`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lxml import etree

from netconf_gui.errors import RpcError


def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Answer:
    """`elements` go into the reply, inside `<data>` if `in_data`; None means `<ok/>`.

    `seconds` pass before it is sent, in which other sessions are served.
    `afterwards` is called when the reply is on its way: for what must come after it.
    """

    elements: Sequence[etree._Element] | None = None
    in_data: bool = False
    warnings: tuple[RpcError, ...] = ()
    afterwards: Callable[[], None] = _nothing
    seconds: float = 0.0


OK = Answer()
