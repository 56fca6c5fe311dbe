"""What a person can ask; one definition for every platform."""
