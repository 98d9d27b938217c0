"""One relation at a time, decided by the database; numbers of certificates by code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PRESENT = sa.text("until_at IS NULL")
RELATIONS = {
    "lms_hub_city": ("uq_lms_hub_city_now", ["hub_id", "city_id"]),
    "lms_hub_membership": ("uq_lms_hub_membership_now", ["hub_id", "organisation_id"]),
    "lms_role_grant": ("uq_lms_role_grant_now", ["person_id", "role", "scope_kind", "scope_id"]),
}
OVER_TIME = {
    name: f"uq_{name}_{'_'.join(RELATIONS[name][1])}_from_at" for name in ("lms_hub_city", "lms_hub_membership")
}


def upgrade() -> None:
    """Apply."""
    for table, (name, columns) in RELATIONS.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            if table in OVER_TIME:
                batch_op.drop_constraint(OVER_TIME[table], type_="unique")
            batch_op.create_index(name, columns, unique=True, sqlite_where=PRESENT, postgresql_where=PRESENT)
    rows = _read("SELECT h.code, s.year, s.last FROM lms_certificate_series s JOIN lms_hub h ON h.id = s.hub_id")
    op.drop_table("lms_certificate_series")
    made = op.create_table(
        "lms_certificate_series",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", "year", name=op.f("pk_lms_certificate_series")),
    )
    op.bulk_insert(made, rows)


def downgrade() -> None:
    """Take back."""
    rows = _read(
        "SELECT h.id AS hub_id, s.year, s.last FROM lms_certificate_series s JOIN lms_hub h ON h.code = s.code"
    )
    op.drop_table("lms_certificate_series")
    made = op.create_table(
        "lms_certificate_series",
        sa.Column("hub_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["hub_id"], ["lms_hub.id"], name=op.f("fk_lms_certificate_series_hub_id_lms_hub")),
        sa.PrimaryKeyConstraint("hub_id", "year", name=op.f("pk_lms_certificate_series")),
    )
    op.bulk_insert(made, rows)
    for table, (name, columns) in RELATIONS.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(name, sqlite_where=PRESENT, postgresql_where=PRESENT)
            if table in OVER_TIME:
                batch_op.create_unique_constraint(OVER_TIME[table], [*columns, "from_at"])


def _read(statement: str) -> list[dict[str, object]]:
    return [dict(row._mapping) for row in op.get_bind().execute(sa.text(statement))]  # noqa: SLF001 - SQLAlchemy's public name
