"""A picture's file: what it says about itself, how it is cleaned, and the sizes readers get."""
