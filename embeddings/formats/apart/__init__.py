"""Reading in a child process, with limits: what a file does to its reader, it does to nobody else."""
