"""Runs the rootmode ISO on emulated and virtual machines, and judges its serial log."""
