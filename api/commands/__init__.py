"""Commands, a family a file. Heavy engines are imported where they run, so that `--help` is quick."""
