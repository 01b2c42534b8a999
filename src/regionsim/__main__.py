"""`python -m regionsim`: the command line."""

import sys

from regionsim.cli import main

if __name__ == "__main__":  # a worker process imports this file again under another name
    sys.argv[0] = "regionsim"  # what the manifest and captions call the command
    sys.exit(main())
