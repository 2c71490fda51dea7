"""Train the reader: make its data, train, calibrate, export, and write its model card."""

__all__: list[str] = []
