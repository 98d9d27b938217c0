"""The walk in three hosts: a site of its own, mounted, and in two apps of one process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.walks.walk import walk

if TYPE_CHECKING:
    from tests.walks.hosts import Network, Site


def test_on_a_site_of_its_own(site: Site) -> None:
    walk(site)


def test_in_a_host_with_ways_of_its_own(network: Network) -> None:
    walk(network)
