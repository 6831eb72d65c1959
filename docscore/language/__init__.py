"""Danish case language: layout, sentences, word classes and qualifiers, with offsets into the source."""
