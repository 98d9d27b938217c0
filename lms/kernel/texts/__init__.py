"""Texts that people write in files or forms: read, checked, made safe to show."""
