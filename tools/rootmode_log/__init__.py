"""rootmode-log: tables, comparisons and expectations of many logs. rootmode-check interprets each of them."""
