"""What pages and reports show: things, lists, comparisons, agendas."""
