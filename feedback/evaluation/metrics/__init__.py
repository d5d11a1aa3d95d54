"""The published measures of text-to-SQL, each in two modes.

`reference` says what the published evaluator says, its quirks included, so that figures can be put beside published
ones. `strict` is the same measure without them. docs/evaluation.md lists the differences.
"""

from typing import Literal

Mode = Literal["reference", "strict"]
