"""The message that takes an earlier one back: our own small format, for XGewerbeanzeige 2.x has none."""
