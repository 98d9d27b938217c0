"""materials in a library."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "lms_library_content",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_lms_library_content")),
    )
    op.create_table(
        "lms_library_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("hub_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("audience", sa.String(length=40), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["content_hash"],
            ["lms_library_content.hash"],
            name=op.f("fk_lms_library_item_content_hash_lms_library_content"),
        ),
        sa.ForeignKeyConstraint(["hub_id"], ["lms_hub.id"], name=op.f("fk_lms_library_item_hub_id_lms_hub")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_library_item")),
        sa.UniqueConstraint("ref", name=op.f("uq_lms_library_item_ref")),
    )
    with op.batch_alter_table("lms_library_item", schema=None) as batch_op:
        batch_op.create_index(
            "uq_lms_library_item_hub",
            ["hub_id", "key"],
            unique=True,
            sqlite_where=sa.text("hub_id IS NOT NULL"),
            postgresql_where=sa.text("hub_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_lms_library_item_shared",
            ["key"],
            unique=True,
            sqlite_where=sa.text("hub_id IS NULL"),
            postgresql_where=sa.text("hub_id IS NULL"),
        )

    op.create_table(
        "lms_library_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["content_hash"],
            ["lms_library_content.hash"],
            name=op.f("fk_lms_library_version_content_hash_lms_library_content"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["lms_library_item.id"], name=op.f("fk_lms_library_version_item_id_lms_library_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lms_library_version")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_lms_library_version_item_id_number")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("lms_library_version")
    with op.batch_alter_table("lms_library_item", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_lms_library_item_shared",
            sqlite_where=sa.text("hub_id IS NULL"),
            postgresql_where=sa.text("hub_id IS NULL"),
        )
        batch_op.drop_index(
            "uq_lms_library_item_hub",
            sqlite_where=sa.text("hub_id IS NOT NULL"),
            postgresql_where=sa.text("hub_id IS NOT NULL"),
        )

    op.drop_table("lms_library_item")
    op.drop_table("lms_library_content")
