"""The icon of the tab, drawn here so that it is not Gradio's: a quote, lit up."""

ICON = (
    "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E"
    "%3Crect width='32' height='32' rx='7' fill='%238c1d21'/%3E"
    "%3Cpath d='M8 10h16M8 22h10' stroke='%23fffefb' stroke-width='3'/%3E"
    "%3Cpath d='M8 16h16' stroke='%23ffe68f' stroke-width='4'/%3E%3C/svg%3E"
)
