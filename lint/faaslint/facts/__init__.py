"""What AWS says about Lambda: quotas, runtimes, event sources and defaults, as data files behind typed accessors.

Each entry of the data keeps its source and whether it was verified. Import the module that you need; nothing is read until
it is asked for.
"""
