"""What happened, as a workbook: rows in, one .xlsx out."""
