"""The workbook that Excel and LibreOffice open: `writer` is the way in."""
