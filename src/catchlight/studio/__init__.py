"""The studio: a web page on this machine on which a person makes their headshot.

It holds no image mathematics: it calls the same functions as the command line.

    serve     starts it             app       puts it together        pages     what is seen
    guard     who may ask what      access    the link, browsers, the token
    api       for scripts           problems  errors over HTTP        events    what happens, live
    work      the use cases         child     processes aside         darkroom  the one that works
    intake    uploads               decoder   the one that opens files of unknown origin
    brief     from wishes to a look choices   what can be changed, and how far
"""
