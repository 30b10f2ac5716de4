"""Certificate of receipt (§ 15 Abs. 1 GewO): content, PDF, check code."""
