"""What tests need: applications, databases, a clock, a browser, a mail server, a closed door to the network.

A project that builds on the product asks for it in `conftest.py`: `pytest_plugins = ["lms.testing.plugin"]`.
"""
