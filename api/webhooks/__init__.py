"""Messages of the outbox on their way to those who subscribed: signed, tried again, never twice unmarked."""
