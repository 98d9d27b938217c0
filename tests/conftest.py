"""What all tests share."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.factories.demonstration", "tests.factories.fixtures", "tests.factories.pages"]

# How fast examples are made and tried tells of the machine and what else it does, not of the product.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")
