"""What all tests share."""

pytest_plugins = ["tests.factories.demonstration", "tests.factories.fixtures", "tests.factories.pages"]
