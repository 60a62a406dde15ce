"""Whether answers are good: sampling acceptance."""
