"""Texts that people suggest for the catalogue."""

import sqlalchemy as sa
from alembic import op

from backends.database.model import UtcDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    words = ("project", "state", "table", "column", "field", "value", "was", "text", "there", "why", "person")
    op.create_table(
        "suggestions",
        sa.Column("id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in words),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("lock", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestions")),
    )
    op.create_index(op.f("ix_suggestions_state"), "suggestions", ["state"])
    op.create_index(op.f("ix_suggestions_table"), "suggestions", ["table"])


def downgrade() -> None:
    op.drop_table("suggestions")
