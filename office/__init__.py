"""office knows and decides: rules and duties, without a word of Slack and without a query."""
