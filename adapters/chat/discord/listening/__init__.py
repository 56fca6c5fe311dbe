"""What people do in Discord and what happens there: acknowledged, done, answered."""
