"""Which certificates are live."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("lms_certificate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("valid_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("state", sa.String(length=12), server_default="live", nullable=False))
        batch_op.create_index(
            "uq_lms_certificate_live",
            ["award_id"],
            unique=True,
            sqlite_where=sa.text("state = 'live'"),
            postgresql_where=sa.text("state = 'live'"),
        )

    with op.batch_alter_table("lms_practice", schema=None) as batch_op:
        batch_op.create_index(
            "uq_lms_practice_corrects",
            ["corrects_id"],
            unique=True,
            sqlite_where=sa.text("corrects_id IS NOT NULL"),
            postgresql_where=sa.text("corrects_id IS NOT NULL"),
        )


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("lms_practice", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_lms_practice_corrects",
            sqlite_where=sa.text("corrects_id IS NOT NULL"),
            postgresql_where=sa.text("corrects_id IS NOT NULL"),
        )

    with op.batch_alter_table("lms_certificate", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_lms_certificate_live",
            sqlite_where=sa.text("state = 'live'"),
            postgresql_where=sa.text("state = 'live'"),
        )
        batch_op.drop_column("state")
        batch_op.drop_column("valid_until")
