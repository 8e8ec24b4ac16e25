"""Runs: claims jobs, drives containers and processes, reports."""
