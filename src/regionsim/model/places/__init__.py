"""Places: crossings with their gates and queues."""
