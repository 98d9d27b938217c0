"""Who may open which dashboard. What a dashboard shows of people is filtered again in each query, by hub."""

from __future__ import annotations

from lms.kernel.permissions import MANAGER, OFFICE, TRAINER, Permission

HUB_OVERVIEW = Permission(
    "hub:overview",
    "See how the cities and people of a hub's training programmes are doing, and export it.",
    frozenset({MANAGER, TRAINER}),
)
PARTNERSHIP_OVERVIEW = Permission(
    "partnership:overview", "See the totals of all hubs, without names of people.", frozenset({OFFICE})
)
