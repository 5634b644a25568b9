"""Tests of the video stage."""
