"""``python -m symlam``: the command line, for an interpreter whose scripts are not on the path."""

from symlam.cli import main

if __name__ == "__main__":
    main()
