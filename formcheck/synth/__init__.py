"""Renders lifters whose every angle is known (extra ``[synth]``)."""

from formcheck.synth.render import render, truth_path
from formcheck.synth.spec import Spec, load_spec
from formcheck.synth.truth import Truth, read_truth

__all__ = ["Spec", "Truth", "load_spec", "read_truth", "render", "truth_path"]
