"""Alembic's environment: our tables only, on a connection handed over by `lms.kernel.migrations`."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Literal

from alembic import context

from lms.extension import load_features
from lms.kernel.db import Base, UtcDateTime
from lms.kernel.migrations import VERSION_TABLE

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext
    from sqlalchemy.schema import SchemaItem

load_features()  # all models
# There is one history for all, so it holds the standalone site's tables too, which no mounted product fills.
importlib.import_module("lms.site.models")


def include_object(item: SchemaItem, name: str | None, kind: str, reflected: bool, other: SchemaItem | None) -> bool:  # noqa: FBT001 - Alembic's signature
    """Leave tables alone that the database has and we do not know: they are the host's."""
    del item, name
    return not (kind == "table" and reflected and other is None)


def render_item(kind: str, item: Any, context_: AutogenContext) -> str | Literal[False]:
    """Write our instants as plain SQLAlchemy types, so that an old migration never depends on our code."""
    del context_
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    include_object=include_object,
    render_as_batch=True,
    compare_server_default=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
