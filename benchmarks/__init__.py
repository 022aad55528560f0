"""Speed and memory of the main job, beside what this machine allows at all: `python -m benchmarks --help`."""
