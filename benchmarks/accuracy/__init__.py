"""How far off we are, measured on rendered lifters whose every angle is known."""
