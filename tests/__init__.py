"""Tests of the tracker. They mirror tracker/; tests/browser is what a person does."""
