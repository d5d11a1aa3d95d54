"""Question views: what was proposed, built and proved, and the events of each."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    json = sa.JSON().with_variant(JSONB(), "postgresql")
    op.create_table(
        "views",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("definition", json, nullable=False),
        sa.Column("definition_hash", sa.Text(), nullable=False),
        sa.Column("relation", json, nullable=True),
        sa.Column("reason", json, nullable=False),
        sa.Column("evidence", json, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("built_hash", sa.Text(), nullable=False),
        sa.Column("version", json, nullable=True),
        sa.Column("pending", json, nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("locked_by", sa.Text(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_views")),
    )
    op.create_table(
        "view_events",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("view", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("detail", json, nullable=False),
        sa.ForeignKeyConstraint(["view"], ["views.name"], name=op.f("fk_view_events_view_views")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_view_events")),
    )
    op.create_index(op.f("ix_view_events_view"), "view_events", ["view"])


def downgrade() -> None:
    op.drop_table("view_events")
    op.drop_table("views")
