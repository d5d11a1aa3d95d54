"""What views could answer a workload: from the needs of each block to candidates and their merges."""
