"""Fuzzing: damaged and hostile photo files, made from a seed, read in a process with limits."""
