"""Long work as jobs: what is asked for, who runs it, and what becomes of it when something dies."""
