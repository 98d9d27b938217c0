"""Answers to checklists in hand-ins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    for table in ("lms_handin_draft", "lms_handin_version"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("checks", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    """Take back."""
    for table in ("lms_handin_version", "lms_handin_draft"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("checks")
