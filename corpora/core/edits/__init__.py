"""How defects are made in composed notebooks: changes of the plan, in whatever style it is written down."""
