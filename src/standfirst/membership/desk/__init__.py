"""What the membership manager works with in the admin: members, their money, tiers, accounts, terms."""
