"""What operators see: logs, metrics and traces, with ids and never with names."""
