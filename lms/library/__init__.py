"""Materials that the partnership and its hubs share: glossary, templates, guides."""
