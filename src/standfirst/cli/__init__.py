"""The `standfirst` command."""
