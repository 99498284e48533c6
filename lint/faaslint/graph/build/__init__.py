"""Resource → nodes: one table a provider, one module for what a table can't say."""
