"""The web pages: what people look at.  They read the store, and change things only through the API's own routes."""
