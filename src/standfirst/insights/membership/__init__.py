"""The numbers a membership lives by: counted from the timeline of pledges and from payments, never kept twice."""
