"""Stories and all that belongs to them: articles, sections, contributors, pictures, threads, corrections."""
