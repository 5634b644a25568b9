"""The two networks of a pose landmarker bundle, run by LiteRT.

The landmark network is split where its mask branches off: what finds the landmarks runs
for every picture, what draws the mask (a third of the work) goes on from there, and only
where a mask is asked for. The split changes no weight: the network's file is a flatbuffer,
of which the lists of operators, inputs and outputs are written anew.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from flatbuffers import number_types, table
from numpy.typing import NDArray

from formcheck.errors import ModelMissing
from formcheck.poses.packing import DETECTOR_MEMBER, LANDMARKER_MEMBER
from formcheck.privacy import native_chatter_held

Values = NDArray[np.float32]

LANDMARKS, PRESENCE, MASK, HEATMAP, WORLD = range(5)
"""The landmark network's outputs."""

# Fields of the TFLite schema's tables, by their place.
_SUBGRAPHS = 2
_INPUTS, _OUTPUTS, _OPERATORS = 1, 2, 3


@dataclass(frozen=True)
class Networks:
    """The networks' files, as bytes. ``mask`` goes on from the last outputs of ``landmarks``."""

    detector: bytes
    landmarks: bytes
    mask: bytes


def read_networks(bundle: Path) -> Networks:
    """Take the networks out of a ``.task`` file, the landmark network in two.

    Raises
    ------
    ModelMissing
        It is no pose landmarker bundle, or its network has another shape than ours.
    """
    try:
        with zipfile.ZipFile(bundle) as archive:
            detector, landmarker = map(archive.read, (DETECTOR_MEMBER, LANDMARKER_MEMBER))
        return Networks(detector, *_split(landmarker))
    except (OSError, KeyError, IndexError, ValueError, struct.error, zipfile.BadZipFile) as problem:
        raise ModelMissing(
            f"{bundle}: not a usable pose model ({problem}). "
            "Fetch it again with: formcheck models fetch"
        ) from problem


class Network:
    """One network, ready to run on some threads. Not to be used by two threads at once."""

    def __init__(self, content: bytes, threads: int) -> None:
        interpreters = import_module("ai_edge_litert.interpreter")
        with native_chatter_held():
            self._interpreter: Any = interpreters.Interpreter(
                model_content=content, num_threads=threads
            )
            self._interpreter.allocate_tensors()
        self._inputs = [one["index"] for one in self._interpreter.get_input_details()]
        self._outputs = [one["index"] for one in self._interpreter.get_output_details()]

    def run(self, *inputs: Values) -> list[Values]:
        """Work out the outputs, in order."""
        for index, values in zip(self._inputs, inputs, strict=True):
            self._interpreter.set_tensor(index, values)
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(index) for index in self._outputs]


def _split(landmarker: bytes) -> tuple[bytes, bytes]:
    """The landmark network without its mask, and what draws the mask from there."""
    graph = _Graph(landmarker)
    mask = graph.outputs[MASK]
    others = [one for at, one in enumerate(graph.outputs) if at != MASK]
    shared = graph.needed(others)
    branch = graph.needed([mask]) - shared
    made = {one for at in shared for one in graph.operators[at].outputs}
    border = sorted(
        one
        for at in branch
        for one in graph.operators[at].inputs
        if one in made and one not in graph.constants
    )
    border = list(dict.fromkeys(border))
    return (
        graph.cut(shared, graph.inputs, [*others, *border]),
        graph.cut(graph.needed([mask], given=border), border, [mask]),
    )


@dataclass(frozen=True)
class _Operator:
    """One step of a network: the tensors that it takes and gives."""

    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


class _Graph:
    """The order of work in a TFLite file: what is needed for what, and files of a part."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        root = struct.unpack_from("<I", content)[0]
        model = table.Table(bytearray(content), root)
        subgraphs = model.Vector(self._field(model, _SUBGRAPHS))
        self._graph = table.Table(model.Bytes, model.Indirect(subgraphs))
        self.inputs = self._numbers(self._graph, _INPUTS)
        self.outputs = self._numbers(self._graph, _OUTPUTS)
        at = self._field(self._graph, _OPERATORS)
        self._list = self._graph.Vector(at)
        self._places = [
            self._graph.Indirect(self._list + 4 * one) for one in range(self._graph.VectorLen(at))
        ]
        steps = [table.Table(model.Bytes, place) for place in self._places]
        self.operators = [
            _Operator(self._numbers(one, _INPUTS), self._numbers(one, _OUTPUTS)) for one in steps
        ]
        self._made_by = {
            tensor: at for at, one in enumerate(self.operators) for tensor in one.outputs
        }
        self.constants = self._constants()

    @staticmethod
    def _field(of: table.Table, place: int) -> int:
        return int(of.Offset(4 + 2 * place))

    def _numbers(self, of: table.Table, place: int) -> tuple[int, ...]:
        at = self._field(of, place)
        if not at:
            return ()
        numbers = of.GetVectorAsNumpy(number_types.Int32Flags, at)
        return tuple(int(one) for one in numbers)

    def _constants(self) -> frozenset[int]:
        """Tensors that no input decides: unpacked weights."""
        moving = set(self.inputs)
        for one in self.operators:
            if moving & set(one.inputs):
                moving |= set(one.outputs)
        return frozenset(set(self._made_by) - moving)

    def needed(self, tensors: Iterable[int], given: Sequence[int] = ()) -> set[int]:
        """The operators without which some tensors can't be worked out."""
        wanted, found = list(tensors), set[int]()
        while wanted:
            tensor = wanted.pop()
            step = None if tensor in given else self._made_by.get(tensor)
            if step is not None and step not in found:
                found.add(step)
                wanted += self.operators[step].inputs
        return found

    def cut(self, steps: set[int], inputs: Sequence[int], outputs: Sequence[int]) -> bytes:
        """The file with only some operators, and with other inputs and outputs.

        The operators left are moved up in their list; the lists of inputs and outputs
        are written at the file's end, as offsets can only point onward.
        """
        content = bytearray(self._content)
        content += bytes(-len(content) % 4)
        kept = [self._places[at] for at in sorted(steps)]
        struct.pack_into("<I", content, self._list - 4, len(kept))
        for at, place in enumerate(kept):
            slot = self._list + 4 * at
            struct.pack_into("<I", content, slot, place - slot)
        for field, numbers in ((_INPUTS, inputs), (_OUTPUTS, outputs)):
            slot = self._graph.Pos + self._field(self._graph, field)
            struct.pack_into("<I", content, slot, len(content) - slot)
            content += struct.pack(f"<I{len(numbers)}i", len(numbers), *numbers)
        return bytes(content)
