"""poses stage."""
