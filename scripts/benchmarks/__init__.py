"""Measurements that the documentation reports: each file opens with the command that repeats them."""
