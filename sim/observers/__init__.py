"""What outsiders learn of the war."""
