"""``python -m training``: see the options of each command."""

from training.command import main

__all__: list[str] = []

raise SystemExit(main())
