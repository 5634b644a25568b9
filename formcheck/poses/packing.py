"""Pack two bare TFLite networks into a pose landmarker bundle.

A ``.task`` bundle is a stored (not deflated) zip of ``pose_detector.tflite`` and
``pose_landmarks_detector.tflite``. Each carries a ``TFLITE_METADATA`` buffer that
tells the engine how to normalise the picture; the networks inside the older
wheel lack it, so we add it. The result depends on the input bytes alone.
"""

from __future__ import annotations

import io
import zipfile
from importlib import import_module
from typing import Any, BinaryIO

from formcheck.privacy import quiet_mediapipe

DETECTOR_MEMBER = "pose_detector.tflite"
LANDMARKER_MEMBER = "pose_landmarks_detector.tflite"

METADATA_NAME = b"TFLITE_METADATA"
METADATA_IDENTIFIER = b"M001"
MODEL_IDENTIFIER = b"TFL3"

# (mean, std) the engine takes from pixel values 0..255: the detector was trained
# on -1..1, the landmarker on 0..1.
DETECTOR_NORMALISATION = (127.5, 127.5)
LANDMARKER_NORMALISATION = (0.0, 255.0)

# The engine reads weights in place when they lie on this boundary, else it copies
# them and warns of each.
WEIGHT_ALIGNMENT_BYTES = 16
ZIP_ALIGNMENT_BYTES = 64
ZIP_PADDING_ID = 0xD935  # the extra field that zipalign uses for padding
ZIP_LOCAL_HEADER_BYTES = 30
FIXED_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def pack_bundle(detector: bytes, landmarker: bytes) -> bytes:
    """Build the bundle that ``PoseLandmarker`` loads.

    Parameters
    ----------
    detector, landmarker
        The networks as TFLite flatbuffers, without task metadata.

    Returns
    -------
    bytes
        The ``.task`` file; the same bytes for the same input, whenever and
        wherever it is packed.
    """
    members = {
        DETECTOR_MEMBER: _with_metadata(detector, "detector", DETECTOR_NORMALISATION),
        LANDMARKER_MEMBER: _with_metadata(landmarker, "landmarker", LANDMARKER_NORMALISATION),
    }
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, FIXED_ZIP_DATE)
            entry.create_system = 3  # not the packing machine's own
            entry.extra = _padding(bundle.tell() + ZIP_LOCAL_HEADER_BYTES + len(name))
            archive.writestr(entry, content)
    return bundle.getvalue()


def is_bundle(content: BinaryIO) -> bool:
    """Tell whether an open file looks like a pose landmarker bundle."""
    try:
        with zipfile.ZipFile(content) as archive:
            return {DETECTOR_MEMBER, LANDMARKER_MEMBER} <= set(archive.namelist())
    except zipfile.BadZipFile:
        return False


def _padding(offset: int) -> bytes:
    """Return a zip extra field that moves the content to the next boundary."""
    header_bytes = 4
    fill = -(offset + header_bytes) % ZIP_ALIGNMENT_BYTES
    return ZIP_PADDING_ID.to_bytes(2, "little") + fill.to_bytes(2, "little") + bytes(fill)


def _with_metadata(network: bytes, name: str, normalisation: tuple[float, float]) -> bytes:
    """Return the network with the metadata that gives its input's normalisation."""
    quiet_mediapipe()  # the schema lives inside the engine's package
    schema = import_module("mediapipe.tasks.metadata.schema_py_generated")
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(network, 0))

    graph = model.subgraphs[0]
    outputs = [graph.tensors[index].name.decode() for index in graph.outputs]
    buffer = schema.BufferT()
    buffer.data = _metadata(name, normalisation, outputs)
    model.buffers.append(buffer)

    entry = schema.MetadataT()
    entry.name = METADATA_NAME.decode()
    entry.buffer = len(model.buffers) - 1
    kept = [other for other in model.metadata or [] if other.name != METADATA_NAME]
    model.metadata = [*kept, entry]

    for weights in model.buffers:
        weights.Pack = _AlignedPack(schema, weights)
    return _finish(model, MODEL_IDENTIFIER)


def _metadata(name: str, normalisation: tuple[float, float], outputs: list[str]) -> bytes:
    """Serialise the task metadata: how to feed the network, what it returns."""
    schema = import_module("mediapipe.tasks.metadata.metadata_schema_py_generated")
    mean, std = normalisation

    options = schema.NormalizationOptionsT()
    options.mean, options.std = [mean], [std]
    unit = schema.ProcessUnitT()
    unit.optionsType = schema.ProcessUnitOptions.NormalizationOptions
    unit.options = options

    properties = schema.ImagePropertiesT()
    properties.colorSpace = schema.ColorSpaceType.RGB
    content = schema.ContentT()
    content.contentPropertiesType = schema.ContentProperties.ImageProperties
    content.contentProperties = properties

    image = schema.TensorMetadataT()
    image.name, image.processUnits, image.content = "image", [unit], content

    graph = schema.SubGraphMetadataT()
    graph.inputTensorMetadata = [image]
    graph.outputTensorMetadata = []
    for output in outputs:
        tensor = schema.TensorMetadataT()
        tensor.name = output
        graph.outputTensorMetadata.append(tensor)

    metadata = schema.ModelMetadataT()
    metadata.name, metadata.subgraphMetadata = name, [graph]
    return _finish(metadata, METADATA_IDENTIFIER)


class _AlignedPack:
    """Write one weight buffer on a 16-byte boundary, in one copy.

    The generated ``BufferT.Pack`` appends byte by byte, unaligned.
    """

    def __init__(self, schema: Any, buffer: Any) -> None:
        self._schema = schema
        self._buffer = buffer

    def __call__(self, builder: Any) -> Any:
        schema, buffer = self._schema, self._buffer
        data = None if buffer.data is None else bytes(buffer.data)
        if data is not None:
            builder.StartVector(1, len(data), WEIGHT_ALIGNMENT_BYTES)
            builder.head -= len(data)
            builder.Bytes[builder.head : builder.head + len(data)] = data
            at = builder.EndVector()
        schema.BufferStart(builder)
        if data is not None:
            schema.BufferAddData(builder, at)
        schema.BufferAddOffset(builder, buffer.offset)
        schema.BufferAddSize(builder, buffer.size)
        return schema.BufferEnd(builder)


def _finish(root: Any, identifier: bytes) -> bytes:
    """Serialise a flatbuffer object tree."""
    flatbuffers = import_module("flatbuffers")
    builder = flatbuffers.Builder(0)
    builder.Finish(root.Pack(builder), identifier)
    return bytes(builder.Output())
