"""Word files and spreadsheets from Markdown."""
