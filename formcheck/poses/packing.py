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

from flatbuffers import Builder

DETECTOR_MEMBER = "pose_detector.tflite"
LANDMARKER_MEMBER = "pose_landmarks_detector.tflite"

METADATA_NAME = b"TFLITE_METADATA"
METADATA_IDENTIFIER = b"M001"
MODEL_IDENTIFIER = b"TFL3"

# (mean, std) the engine takes from pixel values 0..255: the detector was trained
# on -1..1, the landmarker on 0..1.
DETECTOR_NORMALISATION = (127.5, 127.5)
LANDMARKER_NORMALISATION = (0.0, 255.0)

# Of the metadata's enumerations: what a table holds is told beside it.
RGB, IMAGE_PROPERTIES, NORMALISATION = 1, 2, 1

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
    schema = import_module("ai_edge_litert.schema_py_generated")
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
    builder = Builder(0)
    builder.Finish(model.Pack(builder), MODEL_IDENTIFIER)
    return bytes(builder.Output())


def _metadata(name: str, normalisation: tuple[float, float], outputs: list[str]) -> bytes:
    """Serialise the task metadata: how to feed the network, what it returns.

    Tables and numbers of fields are those of TensorFlow Lite Support's
    ``metadata_schema.fbs``, and the order of writing is its generated code's, so that the
    bytes are too.
    """
    builder = Builder(0)
    model_name = builder.CreateString(name)
    image_name = builder.CreateString("image")
    properties = _table(builder, 2, colour_space=(0, RGB))
    content = _table(builder, 3, kind=(0, IMAGE_PROPERTIES), properties=(1, properties))
    mean, std = (_floats(builder, [one]) for one in normalisation)
    normalising = _table(builder, 2, mean=(0, mean), std=(1, std))
    unit = _table(builder, 2, kind=(0, NORMALISATION), options=(1, normalising))
    units = _offsets(builder, [unit])
    image = _table(builder, 7, name=(0, image_name), content=(3, content), units=(4, units))
    inputs = _offsets(builder, [image])
    named = []
    for output in outputs:
        tensor_name = builder.CreateString(output)
        named.append(_table(builder, 7, name=(0, tensor_name)))
    graph = _table(builder, 10, inputs=(2, inputs), outputs=(3, _offsets(builder, named)))
    graphs = _offsets(builder, [graph])
    builder.Finish(
        _table(builder, 8, name=(0, model_name), graphs=(3, graphs)), METADATA_IDENTIFIER
    )
    return bytes(builder.Output())


def _table(builder: Builder, fields: int, **filled: tuple[int, int]) -> int:
    """Write a table of so many fields; of those filled, the number and the value.

    A value that was written before lies elsewhere and is pointed at; one of an enumeration,
    a byte, lies in the table.
    """
    builder.StartObject(fields)
    for what, (field, value) in filled.items():
        if what in ("kind", "colour_space"):
            builder.PrependUint8Slot(field, value, 0)
        else:
            builder.PrependUOffsetTRelativeSlot(field, value, 0)
    return int(builder.EndObject())


def _floats(builder: Builder, values: list[float]) -> int:
    builder.StartVector(4, len(values), 4)
    for value in reversed(values):
        builder.PrependFloat32(value)
    return int(builder.EndVector())


def _offsets(builder: Builder, places: list[int]) -> int:
    builder.StartVector(4, len(places), 4)
    for place in reversed(places):
        builder.PrependUOffsetTRelative(place)
    return int(builder.EndVector())


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
