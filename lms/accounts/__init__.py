"""Persons, their identities in a host, and their roles with scopes."""
