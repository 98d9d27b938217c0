"""Totals of programmes, activity of teams."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "lms_programme_tally",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("module_key", sa.String(length=80), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("started", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["lms_programme.id"], name=op.f("fk_lms_programme_tally_programme_id_lms_programme")
        ),
        sa.PrimaryKeyConstraint("programme_id", "module_key", name=op.f("pk_lms_programme_tally")),
    )
    with op.batch_alter_table("lms_team_state", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sort_key", sa.String(length=200), nullable=False, server_default=""))
        batch_op.drop_index(batch_op.f("ix_lms_team_state_programme_id"))
        batch_op.create_index("ix_lms_team_state_name", ["programme_id", "sort_key", "team_id"], unique=False)
        batch_op.create_index("ix_lms_team_state_quiet", ["programme_id", "last_activity_at"], unique=False)
    with op.batch_alter_table("lms_team_state", schema=None) as batch_op:
        batch_op.alter_column("sort_key", server_default=None)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("lms_team_state", schema=None) as batch_op:
        batch_op.drop_index("ix_lms_team_state_quiet")
        batch_op.drop_index("ix_lms_team_state_name")
        batch_op.create_index(batch_op.f("ix_lms_team_state_programme_id"), ["programme_id"], unique=False)
        batch_op.drop_column("sort_key")

    op.drop_table("lms_programme_tally")
