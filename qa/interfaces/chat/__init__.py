"""The chat page: it shows what the answerer gives, and holds no logic of its own."""

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # before gradio is imported: it would look up hosts
