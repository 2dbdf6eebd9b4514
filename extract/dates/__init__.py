"""By when: dates, periods, deadlines, stages."""
