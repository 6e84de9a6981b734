"""A spreadsheet of contacts in, one message to each reachable person, a workbook that balances out."""

__version__ = "0.1.0"
