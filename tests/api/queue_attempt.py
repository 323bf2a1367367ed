"""`python -m tests.api.queue_attempt ADDRESS JOB ATTEMPT`: works a moment with signs of life, ends its job.

In plain SQL, since a real attempt takes seconds to start; it is fenced by attempt and state all the same.
"""

import sys
import time

import psycopg

BEAT = "UPDATE jobs SET beat = beat + 1, version = version + 1 WHERE {held}"
END = "UPDATE jobs SET state = 'succeeded', plan_id = %s, version = version + 1 WHERE {held}"
HELD = "job_id = %s AND attempt = %s AND state = 'running'"

if __name__ == "__main__":
    address, job_id, attempt = sys.argv[1:]
    held = (job_id, int(attempt))
    with psycopg.connect(address, autocommit=True) as connection:
        for _ in range(3):
            connection.execute(BEAT.format(held=HELD), held)
            time.sleep(0.1)
        connection.execute(END.format(held=HELD), (f"plan of {job_id}, attempt {attempt}", *held))
