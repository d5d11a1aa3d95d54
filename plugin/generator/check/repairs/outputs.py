"""Taking an output out of a SELECT without moving what is meant by the place of another."""

from __future__ import annotations

from sqlglot import exp


def leave_out(select: exp.Select, output: exp.Expression) -> None:
    """Works in place. `GROUP BY 1` and `ORDER BY 1` name what stands there now."""
    outputs = list(select.selects)
    for clause in ("group", "order"):
        part = select.args.get(clause)
        for one in part.expressions if part is not None else ():
            place = one.this if isinstance(one, exp.Ordered) else one
            if isinstance(place, exp.Literal) and place.is_int and 0 < int(place.this) <= len(outputs):
                place.replace(outputs[int(place.this) - 1].unalias().copy())
    select.set("expressions", [o for o in outputs if o is not output])
