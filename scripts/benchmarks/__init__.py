"""Measurements that the documentation reports; each file opens with its command."""
