"""How fast Khabur is, measured against other ways to do the same work."""
