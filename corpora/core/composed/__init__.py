"""Honest notebooks put together from the choices of one student: model, training, plot, image layout, loading."""
