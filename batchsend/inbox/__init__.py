"""Answers that come by webhook: a listener that stores before it answers, and the secrets it is told apart by."""
