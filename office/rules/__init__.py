"""Pure decisions: values in, values out; no session, no clock, no Slack."""
