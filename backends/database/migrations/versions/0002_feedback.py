"""Feedback, examples with their versions, reviews, leases, outbox, and the audit that can only grow."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _time(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _json(name: str) -> sa.Column[Any]:
    return sa.Column(name, _JSON, nullable=False)


def _number(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def upgrade() -> None:
    _examples()
    _versions()
    _reviews()
    _said()
    _audit()
    op.create_table(
        "outbox",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        _time("at"),
        *_texts("topic", "key"),
        _time("done_at", nullable=True),
        _number("attempts"),
        *_texts("error"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_done_at"), "outbox", ["done_at"])


def _examples() -> None:
    op.create_table(
        "examples",
        *_texts("id", "project", "state", "question", "question_key", "question_by", "language", "workspace"),
        _json("domains"),
        *_texts("cluster", "role", "source"),
        _json("origin"),
        *_texts("created_by"),
        _time("created_at"),
        _time("changed_at"),
        _number("current"),
        _number("live", nullable=True),
        _number("lock"),
        sa.Column("merged_into", sa.Text(), nullable=True),
        *_texts("reason"),
        _number("seen"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_examples")),
        sa.ForeignKeyConstraint(["merged_into"], ["examples.id"], name=op.f("fk_examples_merged_into_examples")),
    )
    for column in ("state", "question_key", "cluster"):
        op.create_index(op.f(f"ix_examples_{column}"), "examples", [column])
    op.create_table(
        "leases",
        *_texts("example", "person"),
        _time("until"),
        sa.PrimaryKeyConstraint("example", name=op.f("pk_leases")),
        sa.ForeignKeyConstraint(["example"], ["examples.id"], name=op.f("fk_leases_example_examples")),
    )


def _versions() -> None:
    op.create_table(
        "example_versions",
        *_texts("example"),
        _number("number"),
        _number("parent", nullable=True),
        *_texts("sql", "dialect", "fingerprint", "template"),
        _json("tables"),
        _json("uses"),
        _json("checks"),
        *_texts("edited_by"),
        _time("edited_at"),
        *_texts("note"),
        sa.PrimaryKeyConstraint("example", "number", name=op.f("pk_example_versions")),
        sa.ForeignKeyConstraint(["example"], ["examples.id"], name=op.f("fk_example_versions_example_examples")),
    )
    for column in ("fingerprint", "template"):
        op.create_index(op.f(f"ix_example_versions_{column}"), "example_versions", [column])


def _reviews() -> None:
    op.create_table(
        "reviews",
        *_texts("id", "example"),
        _number("version"),
        _time("at"),
        *_texts("person", "decision", "reason", "comment"),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("self_approved", sa.Boolean(), nullable=False),
        _json("overridden"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.ForeignKeyConstraint(
            ["example", "version"],
            ["example_versions.example", "example_versions.number"],
            name=op.f("fk_reviews_example_example_versions"),
        ),
    )
    for column in ("example", "at"):
        op.create_index(op.f(f"ix_reviews_{column}"), "reviews", [column])


def _said() -> None:
    op.create_table(
        "feedback",
        *_texts("id", "ask"),
        _time("at"),
        *_texts("person", "kind", "reason", "sql", "comment"),
        sa.Column("example", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.ForeignKeyConstraint(["ask"], ["asks.id"], name=op.f("fk_feedback_ask_asks")),
        sa.ForeignKeyConstraint(["example"], ["examples.id"], name=op.f("fk_feedback_example_examples")),
    )
    for column in ("ask", "at", "example"):
        op.create_index(op.f(f"ix_feedback_{column}"), "feedback", [column])
    op.create_table(
        "signals",
        *_texts("id", "ask"),
        _time("at"),
        *_texts("person", "kind"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signals")),
        sa.ForeignKeyConstraint(["ask"], ["asks.id"], name=op.f("fk_signals_ask_asks")),
    )
    op.create_index(op.f("ix_signals_ask"), "signals", ["ask"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", _SERIAL, autoincrement=True, nullable=False),
        _time("at"),
        *_texts("person", "action", "kind", "key"),
        _json("before"),
        _json("after"),
        *_texts("reason", "via", "request"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    for column in ("at", "key"):
        op.create_index(op.f(f"ix_audit_{column}"), "audit", [column])
    if op.get_bind().dialect.name == "sqlite":
        for event in ("update", "delete"):
            op.execute(
                f"create trigger audit_no_{event} before {event} on audit "
                "begin select raise(abort, 'the audit can only grow'); end"
            )
        op.execute(
            "create trigger audit_no_replace before insert on audit when exists "
            "(select 1 from audit where id = new.id) begin select raise(abort, 'the audit can only grow'); end"
        )
        return
    op.execute(
        "create function audit_grows() returns trigger language plpgsql as "
        "$$ begin raise exception 'the audit can only grow' using errcode = 'check_violation'; end $$"
    )
    for name, events, each in (("change", "update or delete", "row"), ("truncate", "truncate", "statement")):
        op.execute(
            f"create trigger audit_no_{name} before {events} on audit for each {each} execute function audit_grows()"
        )


def downgrade() -> None:
    for table in ("audit", "signals", "feedback", "reviews", "example_versions", "leases", "examples", "outbox"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function audit_grows()")
