"""Comparisons of answers that views gave with the base tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    json = sa.JSON().with_variant(JSONB(), "postgresql")
    op.create_table(
        "view_checks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("view", sa.Text(), nullable=False),
        sa.Column("relation", json, nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sql", sa.Text(), nullable=False),
        sa.Column("base_sql", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("typed", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("view_ms", sa.Float(), nullable=True),
        sa.Column("base_ms", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_view_checks")),
    )
    op.create_index(op.f("ix_view_checks_view"), "view_checks", ["view"])
    op.create_index(op.f("ix_view_checks_state"), "view_checks", ["state"])


def downgrade() -> None:
    op.drop_table("view_checks")
