"""From what stands printed on pages to paragraphs and tables; for every format of fixed pages."""
