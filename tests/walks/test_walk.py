"""The walk in three kinds of host: a site of its own, mounted in a host, and in two apps of one process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.walks.walk import walk

if TYPE_CHECKING:
    from tests.walks.hosts import Network, Site

pytestmark = pytest.mark.slow


def test_on_a_site_of_its_own(site: Site) -> None:
    walk(site)


def test_mounted_in_two_hosts_of_one_process(networks: tuple[Network, Network]) -> None:
    east, west = walk(*networks)
    assert east.code != west.code
    west.to(west.manager, f"/check/{east.code}", status=404)
    for way in (east, west):
        way.manager.open("/courses").reads("Cooking courses")
