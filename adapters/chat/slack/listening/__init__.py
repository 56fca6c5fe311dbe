"""What people do in Slack and what happens there: acknowledged, carried out, answered."""
