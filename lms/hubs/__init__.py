"""The partnership: hubs, their member organisations, and the cities that are their clients."""
