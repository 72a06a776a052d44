"""How long grading takes: this grader, nbgrader, Otter and a plain nbclient loop, on the same notebooks."""
