"""What an analysis costs: time, memory, a folder of films, live."""
