"""What a day does: one file a rule; they execute orders and know no faction's name."""
