"""Which of the uploaded files no reader may fetch by their address."""

# Documents have permissions of their own and go through /documents/, never straight from the folder. Originals of
# pictures are for the newsroom: readers get renditions, and file names can be guessed.
PRIVATE_FOLDERS = ("documents/", "original_images/")
