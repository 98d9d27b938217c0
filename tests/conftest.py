"""What all tests share."""

pytest_plugins = ["tests.factories.fixtures", "tests.factories.pages"]
