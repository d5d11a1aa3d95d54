"""The canonical form of one query block, and how SQL is read into it and written from it.

Only what is understood for certain gets in; all else is a `Refusal` that says which check said no and why.
"""

from materialized_views.blocks.facts import Facts
from materialized_views.blocks.model import Block, Order, OuterJoin, Output, Table
from materialized_views.blocks.read import read_block
from materialized_views.blocks.refusal import Check, Refusal, Refused
from materialized_views.blocks.write import write_block

__all__ = [
    "Block",
    "Check",
    "Facts",
    "Order",
    "OuterJoin",
    "Output",
    "Refusal",
    "Refused",
    "Table",
    "read_block",
    "write_block",
]
