"""The ways in: command line, page, REST, MCP; no logic of their own."""
