"""Text and YAML files whose every value knows its line and column."""
