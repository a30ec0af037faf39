"""Where the campaign happens: places, routes, and the territory around them.

The ground floor of the package: it imports nothing of Khabur's and is built from plain rows.
"""
