"""Mail as bytes <-> the model: pure, no I/O; `parse` and `build` are the two ways through it."""
