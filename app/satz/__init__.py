"""Setting PDFs for archives and for everybody (PDF/A-2a, PDF/UA-1): typeface, common look, compiler."""
