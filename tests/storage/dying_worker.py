"""A child that dies over every picture."""

import sys

sys.stdin.buffer.readline()
sys.exit(1)
