"""A small server of its own kind on FastMCP: notes that are read, written and deleted."""

import sys

from fastmcp import FastMCP

READS = {"readOnlyHint": True}
WRITES = {"readOnlyHint": False, "destructiveHint": False}
DESTROYS = {"readOnlyHint": False, "destructiveHint": True}

server = FastMCP("notes", version="1.0.0")
notes = {"first": "remember the milk"}


@server.tool(annotations=READS)
def read_notes() -> str:
    """Read every note."""
    return "\n".join(f"{name}: {text}" for name, text in notes.items())


@server.tool(annotations=WRITES)
def write_note(name: str, text: str) -> str:
    """Write a note."""
    return f"{name} is written, {len(text)} characters"


@server.tool(annotations=DESTROYS)
def delete_note(name: str) -> str:
    """Delete a note."""
    return f"{name} is deleted"


@server.tool(annotations=READS)
def export_notes() -> str:
    """Export every note: a tool that nobody has decided on."""
    return str(notes)


@server.resource("note://first")
def first_note() -> str:
    """The first note."""
    return notes["first"]


server.run(
    transport="http",
    host="127.0.0.1",
    port=int(sys.argv[1]),
    show_banner=False,
    log_level="error",
)
