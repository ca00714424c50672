"""One index on a Chroma server, shared by several machines. Vectors and texts lie on the server.

Each machine holds a replica of the library (articles, spans, words), fetched block by block; see
`docs/scaling.md`. Collections of a server, for the name "article-qa":

    article-qa-chunks-1a2b3c4d     vectors of chunks by digest, with the text embedded; of one model
    article-qa-sentences-1a2b3c4d  vectors of sentences, likewise
    article-qa-pages               blocks of library files, by the SHA-256 of each
    article-qa-versions            a record for each published version, and one for who writes
"""
