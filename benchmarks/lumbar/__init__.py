"""Learns the lower back's flexion from rendered lifters, and tests what it learned."""
