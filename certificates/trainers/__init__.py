"""The way from trainee to certified trainer: practice records, conditions, the award."""
