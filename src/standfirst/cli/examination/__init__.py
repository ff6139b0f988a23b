"""What `standfirst doctor` looks at; each check yields its findings."""
