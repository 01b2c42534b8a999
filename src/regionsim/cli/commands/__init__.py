"""One file per group of commands. Each imports what it needs when it is called, so that `--help` stays quick."""
