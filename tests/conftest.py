"""Settings for all tests."""

from hypothesis import settings

# a test says what is right, not how fast: the machine may be busy with something else
settings.register_profile("batchsend", deadline=None)
settings.load_profile("batchsend")
