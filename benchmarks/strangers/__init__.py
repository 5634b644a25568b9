"""How right we are on films of people whom nobody tuned to, by source."""
