"""What happens in a week, one file for each part of it; `regionsim.model.schedule` holds their order."""
