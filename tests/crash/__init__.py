"""Kills the daemon between any two effects and compares what is left with a run that was never killed."""
