"""Learning which lift it is, with whole sources left out: writes ``reps/naming.toml``."""
