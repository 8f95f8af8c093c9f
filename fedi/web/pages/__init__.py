"""The public pages: without script, cookies, or requests to anyone else."""
