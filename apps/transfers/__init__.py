"""Data in and out: import, synchronisation, publishing."""
