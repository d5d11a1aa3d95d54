"""Who of the people signs in at an OpenID provider."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("people", sa.Column("subject", sa.Text(), nullable=True))
    op.create_index(op.f("ix_people_subject"), "people", ["subject"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_people_subject"), table_name="people")
    op.drop_column("people", "subject")
