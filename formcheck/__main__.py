"""``python -m formcheck`` is the command ``formcheck``."""

from formcheck.cli import main

if __name__ == "__main__":
    main(prog_name="formcheck")
