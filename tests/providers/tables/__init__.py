"""The test tables, one module a provider or family. Each has TABLES."""

import importlib
import pkgutil

from tests.providers.contract import Table


def all_tables() -> list[Table]:
    modules = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    return [table for module in modules for table in module.TABLES]
