"""The same answers for programs: REST, Gradio's client, and the Model Context Protocol."""
