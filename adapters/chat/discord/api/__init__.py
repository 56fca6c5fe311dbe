"""Calls to Discord: how they are made, what its errors mean, and who may do what where."""
