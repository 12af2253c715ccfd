"""Crashes: processes that are killed, and disks that fail, wherever something is kept."""
