"""Quality and speed, with their data and commands; nothing here is imported by the product."""
