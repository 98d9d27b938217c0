"""Who waits for another attempt at a quiz."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("lms_enrolment_state", schema=None) as batch_op:
        batch_op.add_column(sa.Column("used_up", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index(
            "ix_lms_enrolment_state_used_up",
            ["programme_id"],
            unique=False,
            sqlite_where=sa.text("used_up > 0"),
            postgresql_where=sa.text("used_up > 0"),
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("lms_enrolment_state", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_lms_enrolment_state_used_up",
            sqlite_where=sa.text("used_up > 0"),
            postgresql_where=sa.text("used_up > 0"),
        )
        batch_op.drop_column("used_up")
