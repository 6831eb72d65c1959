"""Many cases through the corridor: one process or several, in the input's order, nothing collected."""
