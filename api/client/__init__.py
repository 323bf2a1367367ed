"""A thin typed client of the service, for notebooks and batch jobs, over the standard library's HTTP.

client = Client("http://127.0.0.1:8000")
job = client.wait(client.propose(preset="fill_gaps").job_id)
client.commit(job.plan_id, reason="agreed with the practice")
"""

from api.client.calls import Answer, Send, ServiceError
from api.client.operating import Operating
from api.client.planning import Planning
from api.client.reference import Reference
from api.client.reviewing import Reviewing
from api.client.ruling import Ruling
from api.client.standing import Standing

__all__ = ["Answer", "Client", "Send", "ServiceError"]


class Client(Reference, Standing, Planning, Reviewing, Ruling, Operating):
    """One service; `credential` is a token or an API key, empty for the local one."""
