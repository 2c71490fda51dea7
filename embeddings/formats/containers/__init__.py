"""Files that hold several documents: archives, mail, files of articles."""
