"""Who worked on the draft of a hand-in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("lms_handin_draft") as batch:
        batch.add_column(sa.Column("worked_on", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("lms_handin_draft") as batch:
        batch.drop_column("worked_on")
