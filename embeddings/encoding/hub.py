"""The only importer of huggingface_hub: models that the user asked for by their hub name."""

from __future__ import annotations

from pathlib import Path

from embeddings.errors import ModelNotFound

_NEEDED = ["*.json", "*.txt", "*.model", "*.safetensors", "pytorch_model*.bin"]
_LEFT_OUT = ["onnx/*", "openvino/*"]


def hub_folder(name: str, *, allow_download: bool) -> Path:
    """Return the local folder of a hub model; without ``allow_download`` only if it was fetched before."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OfflineModeIsEnabled

    try:
        folder = snapshot_download(
            name, allow_patterns=_NEEDED, ignore_patterns=_LEFT_OUT, local_files_only=not allow_download
        )
    except HFValidationError as error:
        raise ModelNotFound(
            f"no model named {name!r}: it is no folder here and no hub name ({error}) Give one that is, with --model."
        ) from error
    except (LocalEntryNotFoundError, HfHubHTTPError, OfflineModeIsEnabled, OSError) as error:
        how = (
            "It could not be fetched: check the name and the connection."
            if allow_download
            else "Pass --allow-download to fetch it from the model hub, or --model FOLDER."
        )
        raise ModelNotFound(f"the model {name!r} is not on this machine. {how}") from error
    return Path(folder)
