SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE SCHEMA public_queue;
COMMENT ON SCHEMA public_queue IS 'Procrastinate 3.10.0 c70ec4b400a60ad9';
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;
COMMENT ON EXTENSION btree_gist IS 'support for indexing common datatypes in GiST';
CREATE TYPE public_queue.procrastinate_job_event_type AS ENUM (
    'deferred',
    'started',
    'deferred_for_retry',
    'failed',
    'succeeded',
    'cancelled',
    'abort_requested',
    'aborted',
    'scheduled',
    'retried'
);
CREATE TYPE public_queue.procrastinate_job_status AS ENUM (
    'todo',
    'doing',
    'succeeded',
    'failed',
    'cancelled',
    'aborting',
    'aborted'
);
CREATE TYPE public_queue.procrastinate_job_to_defer_v1 AS (
	queue_name character varying,
	task_name character varying,
	priority integer,
	lock text,
	queueing_lock text,
	args jsonb,
	scheduled_at timestamp with time zone
);
CREATE FUNCTION public.panelwise_deliver() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public_queue', 'public', 'pg_temp'
    AS $$BEGIN
        PERFORM procrastinate_defer_jobs_v1(ARRAY[ROW('jobs', 'run_job', 0, NULL, NULL, jsonb_build_object('job_id', NEW.job_id), NULL)::procrastinate_job_to_defer_v1]);
        RETURN NULL;
        END$$;
CREATE FUNCTION public.panelwise_deliver_missing() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public_queue', 'public', 'pg_temp'
    AS $$SELECT count(*) FROM unnest((
            SELECT procrastinate_defer_jobs_v1(array_agg(ROW('jobs', 'run_job', 0, NULL, NULL, jsonb_build_object('job_id', jobs.job_id), NULL)::procrastinate_job_to_defer_v1))
            FROM jobs WHERE state = 'queued' AND NOT EXISTS (
                SELECT FROM procrastinate_jobs AS sent
                WHERE sent.status IN ('todo', 'doing') AND sent.args ->> 'job_id' = jobs.job_id
                AND coalesce(sent.scheduled_at < now() + interval '1 minute', true))
            HAVING count(*) > 0)) AS made$$;
CREATE FUNCTION public.panelwise_everywhere() RETURNS boolean
    LANGUAGE sql STABLE
    AS $$SELECT coalesce(current_setting('panelwise.everywhere', true), '') = 'on'$$;
CREATE FUNCTION public.panelwise_next_rows(count bigint) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$SELECT setval(pg_get_serial_sequence('assignments', 'row_id'),
        (SELECT coalesce(max(row_id), 0) FROM assignments) + count) - count + 1$$;
CREATE FUNCTION public.panelwise_practices() RETURNS text[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$SELECT coalesce(array_agg(practice_id), '{}') FROM practices
        WHERE practice_id = ANY(panelwise_setting('panelwise.practices'))
        OR agency_id = ANY(panelwise_setting('panelwise.agencies'))$$;
CREATE FUNCTION public.panelwise_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$BEGIN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = TG_ARGV[0]; END$$;
CREATE FUNCTION public.panelwise_setting(name text) RETURNS text[]
    LANGUAGE sql STABLE
    AS $$SELECT coalesce(array_agg(value), '{}')
        FROM jsonb_array_elements_text(coalesce(nullif(current_setting(name, true), ''), '[]')::jsonb)$$;
CREATE FUNCTION public_queue.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;
CREATE FUNCTION public_queue.procrastinate_defer_jobs_v1(jobs public_queue.procrastinate_job_to_defer_v1[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;
    RETURN job_ids;
END;
$$;
CREATE FUNCTION public_queue.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;
    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;
    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;
    RETURN _job_id;
END;
$$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public_queue.procrastinate_jobs (
    id bigint NOT NULL,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    priority integer DEFAULT 0 NOT NULL,
    lock text,
    queueing_lock text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    status public_queue.procrastinate_job_status DEFAULT 'todo'::public_queue.procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint,
    CONSTRAINT check_not_todo_abort_requested CHECK ((NOT ((status = 'todo'::public_queue.procrastinate_job_status) AND (abort_requested = true))))
);
CREATE FUNCTION public_queue.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) RETURNS public_queue.procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;
 RETURN found_jobs;
END;
$$;
CREATE FUNCTION public_queue.procrastinate_finish_job_v1(job_id bigint, end_status public_queue.procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;
CREATE FUNCTION public_queue.procrastinate_notify_queue_abort_job_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public_queue.procrastinate_notify_queue_job_inserted_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public_queue.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;
CREATE FUNCTION public_queue.procrastinate_register_worker_v1() RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;
CREATE FUNCTION public_queue.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;
CREATE FUNCTION public_queue.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;
END;
$$;
CREATE FUNCTION public_queue.procrastinate_trigger_abort_requested_events_procedure_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;
CREATE FUNCTION public_queue.procrastinate_trigger_function_scheduled_events_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public_queue.procrastinate_trigger_function_status_events_insert_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;
CREATE FUNCTION public_queue.procrastinate_trigger_function_status_events_update_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;
CREATE FUNCTION public_queue.procrastinate_unlink_periodic_defers_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;
CREATE FUNCTION public_queue.procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;
CREATE FUNCTION public_queue.procrastinate_update_heartbeat_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;
CREATE TABLE public.absences (
    provider_id text NOT NULL COLLATE pg_catalog."C",
    starts_on date NOT NULL,
    ends_on date,
    reason text COLLATE pg_catalog."C"
);
CREATE TABLE public.activations (
    plan_id text NOT NULL COLLATE pg_catalog."C",
    at bigint NOT NULL,
    actor text NOT NULL COLLATE pg_catalog."C",
    held bigint NOT NULL,
    broken bigint NOT NULL,
    hold_plan_id text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.agencies (
    agency_id text NOT NULL COLLATE pg_catalog."C",
    name text COLLATE pg_catalog."C"
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.assignments (
    row_id bigint NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    patient_id text COLLATE pg_catalog."C",
    facility_id text COLLATE pg_catalog."C",
    covers_provider_id text COLLATE pg_catalog."C",
    level text NOT NULL COLLATE pg_catalog."C",
    role text NOT NULL COLLATE pg_catalog."C",
    provider_id text COLLATE pg_catalog."C",
    starts_on date,
    ends_on date,
    temporary boolean,
    review_on date,
    reason text COLLATE pg_catalog."C",
    recorded_at bigint NOT NULL,
    superseded_at bigint,
    recorded_by text NOT NULL COLLATE pg_catalog."C",
    plan_id text COLLATE pg_catalog."C",
    superseded_by_plan_id text COLLATE pg_catalog."C",
    subject text GENERATED ALWAYS AS (((((((((((kind || chr(31)) || COALESCE(patient_id, ''::text)) || chr(31)) || COALESCE(facility_id, ''::text)) || chr(31)) || COALESCE(covers_provider_id, ''::text)) || chr(31)) || level) || chr(31)) || role)) STORED COLLATE pg_catalog."C",
    CONSTRAINT assignments_forward CHECK (((ends_on IS NULL) OR (ends_on > starts_on)))
);
CREATE SEQUENCE public.assignments_row_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.assignments_row_id_seq OWNED BY public.assignments.row_id;
CREATE TABLE public.audit (
    event_id bigint NOT NULL,
    at bigint NOT NULL,
    actor text NOT NULL COLLATE pg_catalog."C",
    action text NOT NULL COLLATE pg_catalog."C",
    subject text NOT NULL COLLATE pg_catalog."C",
    reason text NOT NULL COLLATE pg_catalog."C",
    revision bigint NOT NULL
);
CREATE SEQUENCE public.audit_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.audit_event_id_seq OWNED BY public.audit.event_id;
CREATE TABLE public.commits (
    revision bigint NOT NULL,
    plan_id text NOT NULL COLLATE pg_catalog."C",
    superseded bigint NOT NULL,
    inserted bigint NOT NULL,
    at bigint NOT NULL,
    idempotency_key text COLLATE pg_catalog."C"
);
CREATE TABLE public.consents (
    plan_id text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    agency_id text NOT NULL COLLATE pg_catalog."C",
    practice_id text NOT NULL COLLATE pg_catalog."C",
    why text NOT NULL COLLATE pg_catalog."C",
    patients bigint NOT NULL,
    moves bytea NOT NULL,
    asked_by text NOT NULL COLLATE pg_catalog."C",
    asked_at bigint NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    decided_by text NOT NULL COLLATE pg_catalog."C",
    decided_at bigint,
    reason text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.credentials (
    provider_id text NOT NULL COLLATE pg_catalog."C",
    credential text NOT NULL COLLATE pg_catalog."C",
    expires_on date
);
CREATE TABLE public.deliveries (
    delivery_id bigint NOT NULL,
    subscription_id text NOT NULL,
    message_id bigint NOT NULL,
    next_at bigint NOT NULL,
    changed_at bigint NOT NULL,
    state text NOT NULL,
    attempts integer NOT NULL,
    version bigint NOT NULL,
    status integer NOT NULL,
    error text NOT NULL
);
CREATE SEQUENCE public.deliveries_delivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.deliveries_delivery_id_seq OWNED BY public.deliveries.delivery_id;
CREATE TABLE public.facilities (
    facility_id text NOT NULL COLLATE pg_catalog."C",
    name text COLLATE pg_catalog."C",
    type text COLLATE pg_catalog."C",
    practice_id text COLLATE pg_catalog."C",
    region text COLLATE pg_catalog."C",
    city text COLLATE pg_catalog."C",
    state text COLLATE pg_catalog."C",
    zip text COLLATE pg_catalog."C",
    latitude double precision,
    longitude double precision,
    required_credentials text COLLATE pg_catalog."C",
    active boolean,
    opens_on date,
    closes_on date
);
CREATE TABLE public.files (
    digest text NOT NULL COLLATE pg_catalog."C",
    content bytea NOT NULL
);
CREATE TABLE public.finding_runs (
    run_id bigint NOT NULL,
    at bigint NOT NULL,
    actor text NOT NULL,
    as_of date NOT NULL,
    level text NOT NULL,
    role text NOT NULL,
    revision bigint NOT NULL,
    digest text NOT NULL,
    checked bigint NOT NULL,
    content bytea NOT NULL
);
CREATE SEQUENCE public.finding_runs_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.finding_runs_run_id_seq OWNED BY public.finding_runs.run_id;
CREATE TABLE public.groups (
    group_id text NOT NULL COLLATE pg_catalog."C",
    name text COLLATE pg_catalog."C",
    facility_id text COLLATE pg_catalog."C",
    specialty text COLLATE pg_catalog."C",
    members text COLLATE pg_catalog."C"
);
CREATE TABLE public.insurances (
    insurance_id text NOT NULL COLLATE pg_catalog."C",
    name text COLLATE pg_catalog."C",
    payer text COLLATE pg_catalog."C",
    reviewed_on date
);
CREATE TABLE public.job_results (
    job_id text NOT NULL,
    content text NOT NULL
);
CREATE TABLE public.jobs (
    job_id text NOT NULL,
    kind text NOT NULL,
    actor text NOT NULL,
    request text NOT NULL,
    created_at bigint NOT NULL,
    changed_at bigint NOT NULL,
    state text NOT NULL,
    attempt integer NOT NULL,
    beat bigint NOT NULL,
    version bigint NOT NULL,
    cancel boolean NOT NULL,
    phase text NOT NULL,
    percent double precision NOT NULL,
    value double precision,
    bound double precision,
    gap double precision,
    plan_id text NOT NULL,
    error text NOT NULL
);
CREATE TABLE public.licenses (
    provider_id text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    type text NOT NULL COLLATE pg_catalog."C",
    number text COLLATE pg_catalog."C",
    expires_on date,
    compact boolean
);
CREATE TABLE public.outbox (
    message_id bigint NOT NULL,
    topic text NOT NULL COLLATE pg_catalog."C",
    body text NOT NULL COLLATE pg_catalog."C",
    recorded_at bigint NOT NULL,
    sent_at bigint
);
CREATE SEQUENCE public.outbox_message_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.outbox_message_id_seq OWNED BY public.outbox.message_id;
CREATE TABLE public.participations (
    provider_id text NOT NULL COLLATE pg_catalog."C",
    insurance_id text NOT NULL COLLATE pg_catalog."C",
    starts_on date,
    ends_on date,
    accepting_new boolean
);
CREATE TABLE public.patients (
    patient_id text NOT NULL COLLATE pg_catalog."C",
    name text COLLATE pg_catalog."C",
    birth_date date,
    sex text COLLATE pg_catalog."C",
    active boolean,
    practice_id text COLLATE pg_catalog."C",
    facility_id text COLLATE pg_catalog."C",
    region text COLLATE pg_catalog."C",
    city text COLLATE pg_catalog."C",
    state text COLLATE pg_catalog."C",
    zip text COLLATE pg_catalog."C",
    latitude double precision,
    longitude double precision,
    language text COLLATE pg_catalog."C",
    acuity bigint,
    needs text COLLATE pg_catalog."C",
    programs text COLLATE pg_catalog."C",
    insurances text COLLATE pg_catalog."C",
    household_id text COLLATE pg_catalog."C",
    panel_weight double precision,
    visits_per_month double precision,
    minutes_per_visit double precision,
    requested_provider_id text COLLATE pg_catalog."C",
    transition_until date,
    tenure_months bigint
);
CREATE TABLE public.pins (
    patient_id text NOT NULL COLLATE pg_catalog."C",
    provider_id text NOT NULL COLLATE pg_catalog."C",
    kind text COLLATE pg_catalog."C",
    level text NOT NULL COLLATE pg_catalog."C",
    role text NOT NULL COLLATE pg_catalog."C",
    reason text COLLATE pg_catalog."C"
);
CREATE TABLE public.plan_tables (
    plan_id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    content bytea NOT NULL
);
CREATE TABLE public.plans (
    plan_id text NOT NULL COLLATE pg_catalog."C",
    header text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    changed_at bigint NOT NULL,
    changed_by text NOT NULL COLLATE pg_catalog."C",
    committed_revision bigint NOT NULL
);
CREATE TABLE public.practices (
    practice_id text NOT NULL COLLATE pg_catalog."C",
    name text COLLATE pg_catalog."C",
    agency_id text COLLATE pg_catalog."C",
    programs text COLLATE pg_catalog."C",
    active boolean
);
CREATE TABLE public.programs (
    program_id text NOT NULL COLLATE pg_catalog."C",
    name text COLLATE pg_catalog."C"
);
CREATE TABLE public.providers (
    provider_id text NOT NULL COLLATE pg_catalog."C",
    name text COLLATE pg_catalog."C",
    roles text COLLATE pg_catalog."C",
    specialties text COLLATE pg_catalog."C",
    practice_id text COLLATE pg_catalog."C",
    agency_id text COLLATE pg_catalog."C",
    active boolean,
    approved boolean,
    panel_status text COLLATE pg_catalog."C",
    starts_on date,
    ends_on date,
    regions text COLLATE pg_catalog."C",
    languages text COLLATE pg_catalog."C",
    city text COLLATE pg_catalog."C",
    state text COLLATE pg_catalog."C",
    zip text COLLATE pg_catalog."C",
    latitude double precision,
    longitude double precision,
    max_miles double precision,
    max_panel double precision,
    max_daily_visits double precision,
    max_weekly_hours double precision,
    max_facilities bigint,
    max_new_patients bigint
);
CREATE TABLE public.rejections (
    rejection_id bigint NOT NULL,
    patient_id text NOT NULL COLLATE pg_catalog."C",
    provider_id text NOT NULL COLLATE pg_catalog."C",
    level text NOT NULL COLLATE pg_catalog."C",
    role text NOT NULL COLLATE pg_catalog."C",
    reason text NOT NULL COLLATE pg_catalog."C",
    plan_id text NOT NULL COLLATE pg_catalog."C",
    actor text NOT NULL COLLATE pg_catalog."C",
    at bigint NOT NULL,
    revoked_at bigint,
    revoked_by text NOT NULL COLLATE pg_catalog."C"
);
CREATE SEQUENCE public.rejections_rejection_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.rejections_rejection_id_seq OWNED BY public.rejections.rejection_id;
CREATE TABLE public.revision (
    "only" integer NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT revision_one_row CHECK (("only" = 1))
);
CREATE TABLE public.rule_books (
    entry_id bigint NOT NULL,
    digest text NOT NULL,
    name text NOT NULL,
    version bigint NOT NULL,
    texts text NOT NULL,
    at bigint NOT NULL,
    actor text NOT NULL,
    in_force boolean NOT NULL
);
CREATE SEQUENCE public.rule_books_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.rule_books_entry_id_seq OWNED BY public.rule_books.entry_id;
CREATE TABLE public.schedules (
    name text NOT NULL,
    due bigint NOT NULL,
    taken_at bigint NOT NULL
);
CREATE TABLE public.snapshots (
    digest text NOT NULL COLLATE pg_catalog."C",
    manifest text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.visit_orders (
    plan_id text NOT NULL COLLATE pg_catalog."C",
    visit_id text NOT NULL COLLATE pg_catalog."C",
    ordered_at bigint NOT NULL,
    patient_id text NOT NULL COLLATE pg_catalog."C",
    facility_id text COLLATE pg_catalog."C",
    "on" date NOT NULL,
    provider_id text COLLATE pg_catalog."C",
    to_provider_id text COLLATE pg_catalog."C",
    action text NOT NULL COLLATE pg_catalog."C",
    reason text NOT NULL COLLATE pg_catalog."C"
);
CREATE TABLE public.visits (
    visit_id text NOT NULL COLLATE pg_catalog."C",
    patient_id text COLLATE pg_catalog."C",
    provider_id text COLLATE pg_catalog."C",
    facility_id text COLLATE pg_catalog."C",
    "on" date,
    minutes double precision
);
CREATE TABLE public.webhooks (
    subscription_id text NOT NULL,
    url text NOT NULL,
    topics text NOT NULL,
    sealed_secret text NOT NULL,
    created_at bigint NOT NULL,
    created_by text NOT NULL,
    paused boolean NOT NULL
);
CREATE TABLE public_queue.procrastinate_events (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    type public_queue.procrastinate_job_event_type,
    at timestamp with time zone DEFAULT now()
);
CREATE SEQUENCE public_queue.procrastinate_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public_queue.procrastinate_events_id_seq OWNED BY public_queue.procrastinate_events.id;
CREATE SEQUENCE public_queue.procrastinate_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public_queue.procrastinate_jobs_id_seq OWNED BY public_queue.procrastinate_jobs.id;
CREATE TABLE public_queue.procrastinate_periodic_defers (
    id bigint NOT NULL,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint,
    periodic_id character varying(128) DEFAULT ''::character varying NOT NULL
);
CREATE SEQUENCE public_queue.procrastinate_periodic_defers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public_queue.procrastinate_periodic_defers_id_seq OWNED BY public_queue.procrastinate_periodic_defers.id;
CREATE TABLE public_queue.procrastinate_workers (
    id bigint NOT NULL,
    last_heartbeat timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE public_queue.procrastinate_workers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public_queue.procrastinate_workers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ONLY public.assignments ALTER COLUMN row_id SET DEFAULT nextval('public.assignments_row_id_seq'::regclass);
ALTER TABLE ONLY public.audit ALTER COLUMN event_id SET DEFAULT nextval('public.audit_event_id_seq'::regclass);
ALTER TABLE ONLY public.deliveries ALTER COLUMN delivery_id SET DEFAULT nextval('public.deliveries_delivery_id_seq'::regclass);
ALTER TABLE ONLY public.finding_runs ALTER COLUMN run_id SET DEFAULT nextval('public.finding_runs_run_id_seq'::regclass);
ALTER TABLE ONLY public.outbox ALTER COLUMN message_id SET DEFAULT nextval('public.outbox_message_id_seq'::regclass);
ALTER TABLE ONLY public.rejections ALTER COLUMN rejection_id SET DEFAULT nextval('public.rejections_rejection_id_seq'::regclass);
ALTER TABLE ONLY public.rule_books ALTER COLUMN entry_id SET DEFAULT nextval('public.rule_books_entry_id_seq'::regclass);
ALTER TABLE ONLY public_queue.procrastinate_events ALTER COLUMN id SET DEFAULT nextval('public_queue.procrastinate_events_id_seq'::regclass);
ALTER TABLE ONLY public_queue.procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('public_queue.procrastinate_jobs_id_seq'::regclass);
ALTER TABLE ONLY public_queue.procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('public_queue.procrastinate_periodic_defers_id_seq'::regclass);
INSERT INTO public.activations VALUES ('plan-1', 1795348800000000, 'ann', 0, 0, '');
INSERT INTO public.alembic_version VALUES ('0005');
INSERT INTO public.assignments VALUES (2, 'patient', 'A2', NULL, NULL, 'primary', 'physician', 'P1', '2024-01-01', NULL, false, NULL, NULL, 1795262400000000, NULL, 'ann', NULL, NULL, DEFAULT);
INSERT INTO public.assignments VALUES (1, 'patient', 'A1', NULL, NULL, 'primary', 'physician', 'P1', '2024-01-01', NULL, false, NULL, NULL, 1795262400000000, 1795262400000000, 'ann', NULL, 'plan-1', DEFAULT);
INSERT INTO public.assignments VALUES (3, 'patient', 'A1', NULL, NULL, 'primary', 'physician', 'P1', '2024-01-01', '2026-12-01', false, NULL, NULL, 1795262400000000, NULL, 'ann', 'plan-1', NULL, DEFAULT);
INSERT INTO public.assignments VALUES (4, 'patient', 'A1', NULL, NULL, 'primary', 'physician', 'P2', '2026-12-01', NULL, false, NULL, 'because', 1795262400000000, NULL, 'ann', 'plan-1', NULL, DEFAULT);
INSERT INTO public.audit VALUES (1, 1795262400000000, 'panelwise', 'migrate', 'version none to 0005', '', 0);
INSERT INTO public.audit VALUES (2, 1795262400000000, 'ann', 'import', 'providers, patients, assignments', '', 1);
INSERT INTO public.audit VALUES (3, 1795262400000000, 'ann', 'save plan', 'plan-1', '', 1);
INSERT INTO public.audit VALUES (4, 1795262400000000, 'ann', 'commit', 'plan-1', '', 2);
INSERT INTO public.audit VALUES (5, 1795262400000000, 'ann', 'save plan', 'waits', '', 2);
INSERT INTO public.audit VALUES (6, 1795348800000000, 'ann', 'save plan', 'plan-1.2', '', 2);
INSERT INTO public.audit VALUES (7, 1795348800000000, 'rea', 'plan waiting', 'plan-1.2', '', 2);
INSERT INTO public.audit VALUES (8, 1795348800000000, 'rea', 'ask approval', 'plan-1.2', 'approval by a manager (201 changes)', 2);
INSERT INTO public.audit VALUES (9, 1795348800000000, 'ann', 'activate', 'plan-1', 'all of it holds', 2);
INSERT INTO public.audit VALUES (10, 1795348800000000, 'bea', 'read', 'A1', '', 2);
INSERT INTO public.commits VALUES (2, 'plan-1', 1, 2, 1795262400000000, NULL);
INSERT INTO public.consents VALUES ('plan-1.2', 'approval', '', '', '["201 changes"]', 0, '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504196c35001806736368656d61150a00150c2502180a70617469656e745f696425004c1c000000150c2502181066726f6d5f70726f76696465725f696425004c1c000000150c2502180e746f5f70726f76696465725f696425004c1c00000015022502180c6566666563746976655f6f6e250c4c6c000000150c25021806726561736f6e25004c1c0000001600191c195c26001c150c1925000619180a70617469656e745f6964150c1600161c162e26002608291c15041500150200000026001c150c1925000619181066726f6d5f70726f76696465725f6964150c1600161c162e26002636291c15041500150200000026001c150c1925000619180e746f5f70726f76696465725f6964150c1600161c162e26002664291c15041500150200000026001c15021925000619180c6566666563746976655f6f6e150c1600161c162e2600269201291c15041500150200000026001c150c19250006191806726561736f6e150c1600161c162e260026c001291c150415001502000000168c011600260816e60100191c180c4152524f573a736368656d6118c0032f2f2f2f2f30674241414151414141414141414b41417741426741464141674143674141414141424241414d414141414341414941414141424141494141414142414141414155414141446f414141416f4141414147774141414177414141414241414141447a2f2f2f384141414546454141414142674141414145414141414141414141415941414142795a57467a6232344141436a2f2f2f396b2f2f2f2f41414142434241414141416b4141414142414141414141414141414d414141415a575a6d5a574e3061585a6c583239754141414741416741426741474141414141414141414a7a2f2f2f3841414145464541414141434141414141454141414141414141414134414141423062313977636d39326157526c636c39705a4141416b502f2f2f387a2f2f2f3841414145464541414141435141414141454141414141414141414241414141426d636d39745833427962335a705a47567958326c6b41414141414d542f2f2f385141425141434141474141634144414141414241414541414141414141415155514141414149414141414151414141414141414141436741414148426864476c6c626e526661575141414151414241414541414141001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31195c1c00001c00001c00001c00001c0000009003000050415231', 'rea', 1795348800000000, 'asked', '', NULL, '');
INSERT INTO public.deliveries VALUES (1, 'hook-1', 1, 1795262400000000, 1795262400000000, 'waiting', 0, 0, 0, '');
INSERT INTO public.files VALUES ('8787c866a90bbfa0eec12c80fec559c9481fe880b45d0724ea30c0d5349363dd', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504195c35001806736368656d61150800150c2502180b70726f76696465725f696425004c1c0000001502250218097374617274735f6f6e250c4c6c000000150225021807656e64735f6f6e250c4c6c000000150c25021806726561736f6e25004c1c0000001600191c194c26001c150c1925000619180b70726f76696465725f6964150c1600161c162e26002608291c15041500150200000026001c1502192500061918097374617274735f6f6e150c1600161c162e26002636291c15041500150200000026001c150219250006191807656e64735f6f6e150c1600161c162e26002664291c15041500150200000026001c150c19250006191806726561736f6e150c1600161c162e2600269201291c15041500150200000016701600260816b80100191c180c4152524f573a736368656d6118ec022f2f2f2f2f77674241414151414141414141414b41417741426741464141674143674141414141424241414d414141414341414941414141424141494141414142414141414151414141436f414141415941414141444141414141454141414165502f2f2f7741414151555141414141474141414141514141414141414141414267414141484a6c59584e76626741415a502f2f2f36442f2f2f3841414145494541414141426741414141454141414141414141414163414141426c626d527a58323975414e4c2f2f2f3841414141417a502f2f2f7741414151675141414141494141414141514141414141414141414351414141484e3059584a306331397662674147414167414267414741414141414141414142414146414149414159414277414d4141414145414151414141414141414242524141414141674141414142414141414141414141414c4141414163484a76646d6c6b5a584a666157514142414145414151414141413d001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31194c1c00001c00001c00001c000000d502000050415231');
INSERT INTO public.files VALUES ('5782ed867af6a56499c5d5d0e10f47d21012a6ea10dbc356e9af903d275ee3a9', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504193c35001806736368656d61150400150c250218096167656e63795f696425004c1c000000150c250218046e616d6525004c1c0000001600191c192c26001c150c192500061918096167656e63795f6964150c1600161c162e26002608291c15041500150200000026001c150c192500061918046e616d65150c1600161c162e26002636291c150415001502000000163816002608165c00191c180c4152524f573a736368656d6118e0012f2f2f2f2f36414141414151414141414141414b41417741426741464141674143674141414141424241414d41414141434141494141414142414149414141414241414141414941414142414141414142414141414e6a2f2f2f384141414546454141414142674141414145414141414141414141415141414142755957316c41414141414d542f2f2f385141425141434141474141634144414141414241414541414141414141415155514141414149414141414151414141414141414141435141414147466e5a57356a655639705a414141414151414241414541414141001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31192c1c00001c000000b901000050415231');
INSERT INTO public.files VALUES ('26db99ccd7dc3859c31b5454790c9288ee2ed7aa56be005e7e1ea6cffacf9351', '\x5041523115041530153a4c1506150012000028b52ffd2018a5000060030004000200000000000000020060e00160011500151415262c15061510150615061c180804000000000000001808020000000000000016002808040000000000000018080200000000000000111100000028b52ffd200a510000020000000601020324001504151615284c1502150012000028b52ffd200b5900000700000070617469656e741500151215242c15061510150615061c3600280770617469656e74180770617469656e74111100000028b52ffd200949000002000000060101060015041518152a4c1504150012000028b52ffd200c6100000200000041310200000041321500151215242c15061510150615061c36002802413218024131111100000028b52ffd20094900000200000006010103041504150015124c1500150012000028b52ffd20000100001500150e15202c15061510150615061c360600000028b52ffd2007390000020000000600001504150015124c1500150012000028b52ffd20000100001500150e15202c15061510150615061c360600000028b52ffd2007390000020000000600001504151615284c1502150012000028b52ffd200b590000070000007072696d6172791500151215242c15061510150615061c360028077072696d61727918077072696d617279111100000028b52ffd20094900000200000006010106001504151a152c4c1502150012000028b52ffd200d6900000900000070687973696369616e1500151215242c15061510150615061c3600280970687973696369616e180970687973696369616e111100000028b52ffd200949000002000000060101060015041518152a4c1504150012000028b52ffd200c6100000200000050310200000050321500151215242c15061510150615061c36002802503218025031111100000028b52ffd20094900000200000006010103021504151015224c1504150012000028b52ffd20084100000b4d0000345100001500151215242c15061510150615061c18043451000018040b4d0000160028043451000018040b4d0000111100000028b52ffd200949000002000000060101030215041508151a4c1502150012000028b52ffd2004210000345100001500151215242c15061510150615061c1804345100001804345100001604280434510000180434510000111100000028b52ffd20094900000200000003010102001500150e15202c15061500150615061c1801001801001600280100180100111100000028b52ffd2007390000020000000601001504150015124c1500150012000028b52ffd20000100001500150e15202c15061510150615061c360600000028b52ffd2007390000020000000600001504151615284c1502150012000028b52ffd200b59000007000000626563617573651500151215242c15061510150615061c3604280762656361757365180762656361757365111100000028b52ffd2009490000020000000302010200150419ec35001806736368656d61151a00150425021806726f775f696400150c250218046b696e6425004c1c000000150c2502180a70617469656e745f696425004c1c000000150c2502180b666163696c6974795f696425004c1c000000150c25021812636f766572735f70726f76696465725f696425004c1c000000150c250218056c6576656c25004c1c000000150c25021804726f6c6525004c1c000000150c2502180b70726f76696465725f696425004c1c0000001502250218097374617274735f6f6e250c4c6c000000150225021807656e64735f6f6e250c4c6c00000015002502180974656d706f72617279001502250218097265766965775f6f6e250c4c6c000000150c25021806726561736f6e25004c1c0000001606191c19dc26001c15041935000610191806726f775f6964150c160616de0116fa01265e26081c180804000000000000001808020000000000000016002808040000000000000018080200000000000000111100192c15041500150200150015101502003c29061926000600000026001c150c19350006101918046b696e64150c160616960116ba0126c6022682021c3600280770617469656e74180770617469656e74111100192c15041500150200150015101502003c162a19061926000600000026001c150c193500061019180a70617469656e745f6964150c160616840116a80126820426bc031c36002802413218024131111100192c15041500150200150015101502003c160c19061926000600000026001c150c193500061019180b666163696c6974795f6964150c16061654167826920526e4041c360600192c15041500150200150015101502003c160019061926060000000026001c150c1935000610191812636f766572735f70726f76696465725f6964150c160616541678268a0626dc051c360600192c15041500150200150015101502003c160019061926060000000026001c150c19350006101918056c6576656c150c160616960116ba0126980726d4061c360028077072696d61727918077072696d617279111100192c15041500150200150015101502003c162a19061926000600000026001c150c1935000610191804726f6c65150c160616a20116c60126d608268e081c3600280970687973696369616e180970687973696369616e111100192c15041500150200150015101502003c163619061926000600000026001c150c193500061019180b70726f76696465725f6964150c160616840116a801269a0a26d4091c36002802503218025031111100192c15041500150200150015101502003c160c19061926000600000026001c150219350006101918097374617274735f6f6e150c1606169c0116c00126ba0b26fc0a1c18043451000018040b4d0000160028043451000018040b4d0000111100192c15041500150200150015101502003c29061926000600000026001c15021935000610191807656e64735f6f6e150c160616940116b80126f20c26bc0c1c1804345100001804345100001604280434510000180434510000111100192c15041500150200150015101502003c29061926040200000026001c15001925060019180974656d706f72617279150c16061654166626f40d3c1801001801001600280100180100111100191c150015001502003c29061926000600000026001c150219350006101918097265766965775f6f6e150c16061654167826880f26da0e1c360600192c15041500150200150015101502003c29061926060000000026001c150c1935000610191806726561736f6e150c160616960116ba0126961026d20f1c3604280762656361757365180762656361757365111100192c15041500150200150015101502003c160e19061926040200000016ca0d1606260816841100191c180c4152524f573a736368656d6118c0072f2f2f2f2f38674341414151414141414141414b41417741426741464141674143674141414141424241414d41414141434141494141414142414149414141414241414141413041414142634167414148414941414f77424141433841514141684145414146674241414173415141412f414141414d514141414355414141415a4141414144414141414145414141413650332f2f7741414151555141414141474141414141514141414141414141414267414141484a6c59584e76626741414650372f2f78442b2f2f384141414549454141414142774141414145414141414141414141416b41414142795a585a705a58646662323441414142362f2f2f2f414141414145442b2f2f384141414547454141414142774141414145414141414141414141416b41414142305a57317762334a68636e6b41414142772f762f2f6250372f2f77414141516751414141414741414141415141414141414141414142774141414756755a484e666232344130762f2f2f774141414143592f762f2f4141414243424141414141674141414142414141414141414141414a4141414163335268636e527a5832397541415941434141474141594141414141414141417a50372f2f774141415155514141414148414141414151414141414141414141437741414148427962335a705a47567958326c6b41507a2b2f2f2f342f762f2f4141414242524141414141594141414142414141414141414141414541414141636d39735a5141414141416b2f2f2f2f49502f2f2f774141415155514141414147414141414151414141414141414141425141414147786c646d56734141414154502f2f2f306a2f2f2f3841414145464541414141435141414141454141414141414141414249414141426a62335a6c636e4e6663484a76646d6c6b5a584a66615751414149442f2f2f39382f2f2f2f4141414242524141414141634141414142414141414141414141414c414141415a6d466a6157787064486c666157514172502f2f2f366a2f2f2f384141414546454141414142774141414145414141414141414141416f4141414277595852705a57353058326c6b414144592f2f2f2f31502f2f2f7741414151555141414141484141414141514141414141414141414241414141477470626d514141414141424141454141514141414151414251414341414741416341444141414142414145414141414141414151495141414141494141414141514141414141414141414267414141484a76643139705a4141414341414d41416741427741494141414141414141415541414141414141414141001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e3119dc1c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c0000008709000050415231');
INSERT INTO public.files VALUES ('81b995469dfd63e05feca0e7fbbce7af7c9a9c84184593fca4030eb42033d326', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504194c35001806736368656d61150600150c2502180b70726f76696465725f696425004c1c000000150c2502180a63726564656e7469616c25004c1c00000015022502180a657870697265735f6f6e250c4c6c0000001600191c193c26001c150c1925000619180b70726f76696465725f6964150c1600161c162e26002608291c15041500150200000026001c150c1925000619180a63726564656e7469616c150c1600161c162e26002636291c15041500150200000026001c15021925000619180a657870697265735f6f6e150c1600161c162e26002664291c150415001502000000165416002608168a0100191c180c4152524f573a736368656d6118b8022f2f2f2f2f2b414141414151414141414141414b41417741426741464141674143674141414141424241414d41414141434141494141414142414149414141414241414141414d4141414341414141415141414141415141414143632f2f2f2f41414142434241414141416b4141414142414141414141414141414b414141415a58687761584a6c63313976626741414141414741416741426741474141414141414141414e542f2f2f384141414546454141414142774141414145414141414141414141416f414141426a636d566b5a57353061574673414144452f2f2f2f454141554141674142674148414177414141415141424141414141414141454645414141414341414141414541414141414141414141734141414277636d39326157526c636c39705a414145414151414241414141413d3d001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31193c1c00001c00001c0000006902000050415231');
INSERT INTO public.files VALUES ('f0ddfa8114e94c105baf6e8f6336f5f527af7455087a1fa3347ec8b304f0eac9', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd2000010000150419fc1135001806736368656d61151c00150c2502180b666163696c6974795f696425004c1c000000150c250218046e616d6525004c1c000000150c250218047479706525004c1c000000150c2502180b70726163746963655f696425004c1c000000150c25021806726567696f6e25004c1c000000150c250218046369747925004c1c000000150c25021805737461746525004c1c000000150c250218037a697025004c1c000000150a250218086c6174697475646500150a250218096c6f6e676974756465003502181472657175697265645f63726564656e7469616c73150215064c3c000000350418046c697374150200150c25021807656c656d656e7425004c1c000000150025021806616374697665001502250218086f70656e735f6f6e250c4c6c000000150225021809636c6f7365735f6f6e250c4c6c0000001600191c19ec26001c150c1925000619180b666163696c6974795f6964150c1600161c162e26002608291c15041500150200000026001c150c192500061918046e616d65150c1600161c162e26002636291c15041500150200000026001c150c1925000619180474797065150c1600161c162e26002664291c15041500150200000026001c150c1925000619180b70726163746963655f6964150c1600161c162e2600269201291c15041500150200000026001c150c19250006191806726567696f6e150c1600161c162e260026c001291c15041500150200000026001c150c1925000619180463697479150c1600161c162e260026ee01291c15041500150200000026001c150c192500061918057374617465150c1600161c162e2600269c02291c15041500150200000026001c150c192500061918037a6970150c1600161c162e260026ca02291c15041500150200000026001c150a192500061918086c61746974756465150c1600161c162e260026f802291c15041500150200000026001c150a192500061918096c6f6e676974756465150c1600161c162e260026a603291c15041500150200000026001c150c1925000619381472657175697265645f63726564656e7469616c73046c69737407656c656d656e74150c1600161c162e260026d403291c15041500150200000026001c1500191506191806616374697665150c1600160016002600490c000026001c1502192500061918086f70656e735f6f6e150c1600161c162e2600268204291c15041500150200000026001c150219250006191809636c6f7365735f6f6e150c1600161c162e260026b004291c15041500150200000016ec021600260816d60400191c180c4152524f573a736368656d6118a0082f2f2f2f2f78414441414151414141414141414b41417741426741464141674143674141414141424241414d4141414143414149414141414241414941414141424141414141344141414377416741416441494141456743414141594167414137414541414d41424141435541514141624145414144514241414141415141416d41414141477741414141344141414142414141414a6a392f2f384141414549454141414142774141414145414141414141414141416b414141426a6247397a5a584e66623234414141446d2f762f2f41414141414d6a392f2f38414141454945414141414277414141414541414141414141414141674141414276634756756331397662674141414141572f2f2f2f4141414141506a392f2f3841414145474541414141426741414141454141414141414141414159414141426859335270646d5541414f54392f2f38672f762f2f4141414244425141414141734141414142414141414145414141416b414141414641414141484a6c63585670636d566b58324e795a57526c626e52705957787a414141414143442b2f2f39632f762f2f41414142425241414141415941414141424141414141414141414145414141416158526c62514141414142492f762f2f6850372f2f77414141514d5141414141484141414141514141414141414141414351414141477876626d64706448566b5a514141414e4c2f2f2f3841414149417450372f2f77414141514d514141414149414141414151414141414141414141434141414147786864476c306457526c4141414741416741426741474141414141414143414f6a2b2f2f384141414546454141414142514141414145414141414141414141414d4141414236615841413050372f2f777a2f2f2f3841414145464541414141426741414141454141414141414141414155414141427a644746305a51414141506a2b2f2f38302f2f2f2f414141424252414141414159414141414241414141414141414141454141414159326c3065514141414141672f2f2f2f58502f2f2f7741414151555141414141474141414141514141414141414141414267414141484a6c5a326c766267414153502f2f2f34542f2f2f38414141454645414141414277414141414541414141414141414141734141414277636d466a64476c6a5a5639705a4142302f2f2f2f73502f2f2f774141415155514141414147414141414151414141414141414141424141414148523563475541414141416e502f2f2f396a2f2f2f384141414546454141414142674141414145414141414141414141415141414142755957316c41414141414d542f2f2f3851414251414341414741416341444141414142414145414141414141414151555141414141494141414141514141414141414141414377414141475a6859326c736158523558326c6b414151414241414541414141001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e3119ec1c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c0000003808000050415231');
INSERT INTO public.files VALUES ('9173aa7b2f7849158d01a8dde16bcf1dc4a72c835a1d58e7d3a92ee9bcbd7e73', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504198c35001806736368656d61150a00150c2502180867726f75705f696425004c1c000000150c250218046e616d6525004c1c000000150c2502180b666163696c6974795f696425004c1c000000150c250218097370656369616c747925004c1c000000350218076d656d62657273150215064c3c000000350418046c697374150200150c25021807656c656d656e7425004c1c0000001600191c195c26001c150c1925000619180867726f75705f6964150c1600161c162e26002608291c15041500150200000026001c150c192500061918046e616d65150c1600161c162e26002636291c15041500150200000026001c150c1925000619180b666163696c6974795f6964150c1600161c162e26002664291c15041500150200000026001c150c192500061918097370656369616c7479150c1600161c162e2600269201291c15041500150200000026001c150c192500061938076d656d62657273046c69737407656c656d656e74150c1600161c162e260026c001291c150415001502000000168c011600260816e60100191c180c4152524f573a736368656d6118d8032f2f2f2f2f31674241414151414141414141414b41417741426741464141674143674141414141424241414d414141414341414941414141424141494141414142414141414155414141443441414141764141414149774141414263414141414241414141437a2f2f2f38414141454d464141414142774141414145414141414151414141425141414141484141414162575674596d5679637741632f2f2f2f57502f2f2f7741414151555141414141474141414141514141414141414141414241414141476c305a5730414141414152502f2f2f34442f2f2f384141414546454141414142774141414145414141414141414141416b414141427a6347566a6157467364486b41414142772f2f2f2f72502f2f2f7741414151555141414141484141414141514141414141414141414377414141475a6859326c736158523558326c6b414a7a2f2f2f2f592f2f2f2f4141414242524141414141594141414142414141414141414141414541414141626d46745a514141414144452f2f2f2f45414155414167414267414841417741414141514142414141414141414145464541414141434141414141454141414141414141414167414141426e636d3931634639705a41414141414145414151414241414141413d3d001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31195c1c00001c00001c00001c00001c000000ae03000050415231');
INSERT INTO public.files VALUES ('9e8f6b7b5e317fb35ba52c6743c9e8280902584673b2b5122197f9e5b54f817d', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504195c35001806736368656d61150800150c2502180c696e737572616e63655f696425004c1c000000150c250218046e616d6525004c1c000000150c25021805706179657225004c1c00000015022502180b72657669657765645f6f6e250c4c6c0000001600191c194c26001c150c1925000619180c696e737572616e63655f6964150c1600161c162e26002608291c15041500150200000026001c150c192500061918046e616d65150c1600161c162e26002636291c15041500150200000026001c150c192500061918057061796572150c1600161c162e26002664291c15041500150200000026001c15021925000619180b72657669657765645f6f6e150c1600161c162e2600269201291c15041500150200000016701600260816b80100191c180c4152524f573a736368656d6118f8022f2f2f2f2f78414241414151414141414141414b41417741426741464141674143674141414141424241414d414141414341414941414141424141494141414142414141414151414141436f414141416241414141454141414141454141414165502f2f2f77414141516751414141414a4141414141514141414141414141414377414141484a6c646d6c6c6432566b583239754141414142674149414159414267414141414141414143772f2f2f2f4141414242524141414141594141414142414141414141414141414641414141634746355a584941414143592f2f2f2f32502f2f2f7741414151555141414141474141414141514141414141414141414241414141473568625755414141414177502f2f2f78414146414149414159414277414d41414141454141514141414141414142425241414141416b4141414142414141414141414141414d414141416157357a64584a68626d4e6c58326c6b414141414141514142414145414141414141414141413d3d001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31194c1c00001c00001c00001c000000df02000050415231');
INSERT INTO public.files VALUES ('142babe11dce7c4bca1ee79e83e79191a095479ee4060eec8a4ab0648cdcdf55', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504197c35001806736368656d61150c00150c2502180b70726f76696465725f696425004c1c000000150c25021805737461746525004c1c000000150c250218047479706525004c1c000000150c250218066e756d62657225004c1c00000015022502180a657870697265735f6f6e250c4c6c000000150025021807636f6d70616374001600191c196c26001c150c1925000619180b70726f76696465725f6964150c1600161c162e26002608291c15041500150200000026001c150c192500061918057374617465150c1600161c162e26002636291c15041500150200000026001c150c1925000619180474797065150c1600161c162e26002664291c15041500150200000026001c150c192500061918066e756d626572150c1600161c162e2600269201291c15041500150200000026001c15021925000619180a657870697265735f6f6e150c1600161c162e260026c001291c15041500150200000026001c1500191506191807636f6d70616374150c1600160016002600490c0000168c011600260816e60100191c180c4152524f573a736368656d6118e0032f2f2f2f2f32414241414151414141414141414b41417741426741464141674143674141414141424241414d41414141434141494141414142414149414141414241414141415941414141414151414178414141414a674141414273414141414d414141414151414141416f2f2f2f2f4141414242684141414141594141414142414141414141414141414841414141593239746347466a644141552f2f2f2f55502f2f2f77414141516751414141414a414141414151414141414141414141436741414147563463476c795a584e66623234414141414142674149414159414267414141414141414143492f2f2f2f4141414242524141414141594141414142414141414141414141414741414141626e5674596d5679414142302f2f2f2f73502f2f2f774141415155514141414147414141414151414141414141414141424141414148523563475541414141416e502f2f2f396a2f2f2f3841414145464541414141426741414141454141414141414141414155414141427a644746305a514141414d542f2f2f385141425141434141474141634144414141414241414541414141414141415155514141414149414141414151414141414141414141437741414148427962335a705a47567958326c6b414151414241414541414141001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31196c1c00001c00001c00001c00001c00001c000000b503000050415231');
INSERT INTO public.files VALUES ('779b3e8a2dc0c6ff9b37312bff56bb323da52eac64ab7aaa86aa1303ec712576', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504196c35001806736368656d61150a00150c2502180b70726f76696465725f696425004c1c000000150c2502180c696e737572616e63655f696425004c1c0000001502250218097374617274735f6f6e250c4c6c000000150225021807656e64735f6f6e250c4c6c00000015002502180d616363657074696e675f6e6577001600191c195c26001c150c1925000619180b70726f76696465725f6964150c1600161c162e26002608291c15041500150200000026001c150c1925000619180c696e737572616e63655f6964150c1600161c162e26002636291c15041500150200000026001c1502192500061918097374617274735f6f6e150c1600161c162e26002664291c15041500150200000026001c150219250006191807656e64735f6f6e150c1600161c162e2600269201291c15041500150200000026001c150019150619180d616363657074696e675f6e6577150c1600160016002600490c000016701600260816b80100191c180c4152524f573a736368656d6118c0032f2f2f2f2f30674241414151414141414141414b41417741426741464141674143674141414141424241414d414141414341414941414141424141494141414142414141414155414141446b414141416f414141414767414141413441414141424141414145442f2f2f3841414145474541414141434141414141454141414141414141414130414141426859324e6c63485270626d6466626d5633414141414e502f2f2f33442f2f2f3841414145494541414141426741414141454141414141414141414163414141426c626d527a58323975414e4c2f2f2f3841414141416e502f2f2f7741414151675141414141494141414141514141414141414141414351414141484e3059584a30633139766267414741416741426741474141414141414141414e442f2f2f38414141454645414141414341414141414541414141414141414141774141414270626e4e31636d467559325666615751414141414178502f2f2f78414146414149414159414277414d4141414145414151414141414141414242524141414141674141414142414141414141414141414c4141414163484a76646d6c6b5a584a666157514142414145414151414141414141414141001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31195c1c00001c00001c00001c00001c0000007203000050415231');
INSERT INTO public.files VALUES ('ecd0ad27c7dabc023317e5199d7958a3209abd0565f48131fcddf105df81c82b', '\x504152311504152415364c1506150012000028b52ffd20129100000200000041310200000041320200000041331500151415262c15061510150615061c36002802413318024131111100000028b52ffd200a510000020000000601020324001504150015124c1500150012000028b52ffd20000100001500150e15202c15061510150615061c360600000028b52ffd20073900000200000006000015041508151a4c1502150012000028b52ffd200421000098e3ffff1500151215242c15061510150615061c180498e3ffff180498e3ffff1604280498e3ffff180498e3ffff111100000028b52ffd20094900000200000003010102001504150015124c1500150012000028b52ffd20000100001500150e15202c15061510150615061c360600000028b52ffd2007390000020000000600001500150e15202c15061500150615061c1801011801011600280101180101111100000028b52ffd2007390000020000000601071504150015124c1500150012000028b52ffd20000100001500150e15202c15061510150615061c360600000028b52ffd2007390000020000000600001504150015124c1500150012000028b52ffd20000100001500150e15202c15061510150615061c360600000028b52ffd2007390000020000000600001504150015124c1500150012000028b52ffd20000100001500150e15202c15061510150615061c360600000028b52ffd2007390000020000000600001504150015124c1500150012000028b52ffd20000100001500150e15202c15061510150615061c360600000028b52ffd2007390000020000000600001504150015124c1500150012000028b52ffd20000100001500150e15202c15061510150615061c360600000028b52ffd2007390000020000000600001504150015124c1500150012000028b52ffd20000100001500150e15202c15061510150615061c360600000028b52ffd2007390000020000000600001504151015224c1502150012000028b52ffd200841000000000000002045401500151215242c15061510150615061c180800000000002045401808000000000020454016042808000000000020454018080000000000204540111100000028b52ffd20094900000200000003020102001504150015124c1500150012000028b52ffd20000100001500150e15202c15061510150615061c360600000028b52ffd2007390000020000000600001504150015124c1500150012000028b52ffd20000100001500150e15202c15061510150615061c360600000028b52ffd2007390000020000000600001504151015224c1502150012000028b52ffd200841000001000000000000001500151215242c15061510150615061c180801000000000000001808010000000000000016002808010000000000000018080100000000000000111100000028b52ffd20094900000200000006010106001504150015124c1500150012000028b52ffd20000100001500151a152c2c15061510150615061c360600000028b52ffd200d690000020000000600020000000601001504150e15204c1502150012000028b52ffd20073900000300000043434d1500152015322c15061510150615061c3604280343434d180343434d111100000028b52ffd2010810000020000000600030000000317000102001504150015124c1500150012000028b52ffd20000100001500151a152c2c15061510150615061c360600000028b52ffd200d690000020000000600020000000601001504150015124c1500150012000028b52ffd20000100001500150e15202c15061510150615061c360600000028b52ffd2007390000020000000600001504151015224c1502150012000028b52ffd2008410000000000000000f03f1500151215242c15061510150615061c1808000000000000f03f1808000000000000f03f16002808000000000000f03f1808000000000000f03f111100000028b52ffd20094900000200000006010106001504151015224c1502150012000028b52ffd2008410000000000000000f03f1500151215242c15061510150615061c1808000000000000f03f1808000000000000f03f16002808000000000000f03f1808000000000000f03f111100000028b52ffd20094900000200000006010106001504151015224c1502150012000028b52ffd20084100000000000000003e401500151215242c15061510150615061c18080000000000003e4018080000000000003e40160028080000000000003e4018080000000000003e40111100000028b52ffd20094900000200000006010106001504150015124c1500150012000028b52ffd20000100001500150e15202c15061510150615061c360600000028b52ffd2007390000020000000600001504150015124c1500150012000028b52ffd20000100001500150e15202c15061510150615061c360600000028b52ffd2007390000020000000600001504151015224c1502150012000028b52ffd200841000000000000000000001500151215242c15061510150615061c180800000000000000001808000000000000000016002808000000000000000018080000000000000000111100000028b52ffd2009490000020000000601010600150419fc2035001806736368656d61153200150c2502180a70617469656e745f696425004c1c000000150c250218046e616d6525004c1c00000015022502180a62697274685f64617465250c4c6c000000150c2502180373657825004c1c00000015002502180661637469766500150c2502180b70726163746963655f696425004c1c000000150c2502180b666163696c6974795f696425004c1c000000150c25021806726567696f6e25004c1c000000150c250218046369747925004c1c000000150c25021805737461746525004c1c000000150c250218037a697025004c1c000000150a250218086c6174697475646500150a250218096c6f6e67697475646500150c250218086c616e677561676525004c1c00000015042502180661637569747900350218056e65656473150215064c3c000000350418046c697374150200150c25021807656c656d656e7425004c1c0000003502180870726f6772616d73150215064c3c000000350418046c697374150200150c25021807656c656d656e7425004c1c0000003502180a696e737572616e636573150215064c3c000000350418046c697374150200150c25021807656c656d656e7425004c1c000000150c2502180c686f757365686f6c645f696425004c1c000000150a2502180c70616e656c5f77656967687400150a250218107669736974735f7065725f6d6f6e746800150a250218116d696e757465735f7065725f766973697400150c250218157265717565737465645f70726f76696465725f696425004c1c0000001502250218107472616e736974696f6e5f756e74696c250c4c6c00000015042502180d74656e7572655f6d6f6e746873001606191c19fc1926001c150c193500061019180a70617469656e745f6964150c160616920116b601265a26081c36002802413318024131111100192c15041500150200150015101502003c160c19061926000600000026001c150c19350006101918046e616d65150c16061654167826ec0126be011c360600192c15041500150200150015101502003c160019061926060000000026001c1502193500061019180a62697274685f64617465150c160616940116b80126ec0226b6021c180498e3ffff180498e3ffff1604280498e3ffff180498e3ffff111100192c15041500150200150015101502003c29061926040200000026001c150c1935000610191803736578150c160616541678269c0426ee031c360600192c15041500150200150015101502003c160019061926060000000026001c150019250600191806616374697665150c16061654166626e6043c1801011801011600280101180101111100191c150015001502003c29061926000600000026001c150c193500061019180b70726163746963655f6964150c16061654167826fa0526cc051c360600192c15041500150200150015101502003c160019061926060000000026001c150c193500061019180b666163696c6974795f6964150c16061654167826f20626c4061c360600192c15041500150200150015101502003c160019061926060000000026001c150c1935000610191806726567696f6e150c16061654167826ea0726bc071c360600192c15041500150200150015101502003c160019061926060000000026001c150c193500061019180463697479150c16061654167826e20826b4081c360600192c15041500150200150015101502003c160019061926060000000026001c150c19350006101918057374617465150c16061654167826da0926ac091c360600192c15041500150200150015101502003c160019061926060000000026001c150c19350006101918037a6970150c16061654167826d20a26a40a1c360600192c15041500150200150015101502003c160019061926060000000026001c150a19350006101918086c61746974756465150c160616bc0116e00126da0b269c0b1c180800000000002045401808000000000020454016042808000000000020454018080000000000204540111100192c15041500150200150015101502003c29061926040200000026001c150a19350006101918096c6f6e676974756465150c16061654167826aa0d26fc0c1c360600192c15041500150200150015101502003c29061926060000000026001c150c19350006101918086c616e6775616765150c16061654167826a20e26f40d1c360600192c15041500150200150015101502003c160019061926060000000026001c15041935000610191806616375697479150c160616bc0116e00126aa0f26ec0e1c180801000000000000001808010000000000000016002808010000000000000018080100000000000000111100192c15041500150200150015101502003c29061926000600000026001c150c19350006101938056e65656473046c69737407656c656d656e74150c1606166016840126fa1026cc101c360600192c15041500150200150015101502003c16001926060019460006000000000026001c150c193500061019380870726f6772616d73046c69737407656c656d656e74150c1606168c0116b001268c1226d0111c3604280343434d180343434d111100192c15041500150200150015101502003c16061926060019460004000200000026001c150c193500061019380a696e737572616e636573046c69737407656c656d656e74150c1606166016840126ae132680131c360600192c15041500150200150015101502003c16001926060019460006000000000026001c150c193500061019180c686f757365686f6c645f6964150c16061654167826b2142684141c360600192c15041500150200150015101502003c160019061926060000000026001c150a193500061019180c70616e656c5f776569676874150c160616bc0116e00126ba1526fc141c1808000000000000f03f1808000000000000f03f16002808000000000000f03f1808000000000000f03f111100192c15041500150200150015101502003c29061926000600000026001c150a19350006101918107669736974735f7065725f6d6f6e7468150c160616bc0116e001269a1726dc161c1808000000000000f03f1808000000000000f03f16002808000000000000f03f1808000000000000f03f111100192c15041500150200150015101502003c29061926000600000026001c150a19350006101918116d696e757465735f7065725f7669736974150c160616bc0116e00126fa1826bc181c18080000000000003e4018080000000000003e40160028080000000000003e4018080000000000003e40111100192c15041500150200150015101502003c29061926000600000026001c150c19350006101918157265717565737465645f70726f76696465725f6964150c16061654167826ca1a269c1a1c360600192c15041500150200150015101502003c160019061926060000000026001c150219350006101918107472616e736974696f6e5f756e74696c150c16061654167826c21b26941b1c360600192c15041500150200150015101502003c29061926060000000026001c1504193500061019180d74656e7572655f6d6f6e746873150c160616bc0116e00126ca1c268c1c1c180800000000000000001808000000000000000016002808000000000000000018080000000000000000111100192c15041500150200150015101502003c29061926000600000016f2161606260816e41d00191c180c4152524f573a736368656d6118ac0f2f2f2f2f2f37674641414151414141414141414b41417741426741464141674143674141414141424241414d41414141434141494141414142414149414141414241414141426b41414142594251414148415541414f414541414334424141416a41514141467745414141734241414141415141414e51444141436f4177414167414d4141457744414141594177414136414941414b774341414255416741412b414541414a77424141426f415141414d414541415051414141433441414141664141414145414141414145414141414850762f2f774141415149514141414149414141414151414141414141414141445141414148526c626e56795a5639746232353061484d41414143492f662f2f4141414141554141414142552b2f2f2f41414142434241414141416b414141414241414141414141414141514141414164484a68626e4e7064476c76626c3931626e527062414141414143362b2f2f2f4141414141497a372f2f384141414546454141414143674141414145414141414141414141425541414142795a5846315a584e305a57526663484a76646d6c6b5a584a6661575141414143492b2f2f2f7850762f2f77414141514d51414141414a4141414141514141414141414141414551414141473170626e56305a584e666347567958335a7063326c30414141414b767a2f2f774141416744382b2f2f2f41414142417841414141416b4141414142414141414141414141415141414141646d6c7a6158527a5833426c636c39746232353061414141414142692f502f2f41414143414454382f2f384141414544454141414143414141414145414141414141414141417741414142775957356c624639335a576c6e61485141414141416c767a2f2f7741414167426f2f502f2f4141414242524141414141674141414142414141414141414141414d41414141614739316332566f6232786b58326c6b4141414141467a382f2f2b592f502f2f41414142444251414141416741414141424141414141454141414159414141414367414141476c75633356795957356a5a584d4141497a382f2f2f492f502f2f41414142425241414141415941414141424141414141414141414145414141416158526c62514141414143302f502f2f38507a2f2f774141415177554141414149414141414151414141414241414141474141414141674141414277636d396e636d4674637741414141446b2f502f2f4950332f2f7741414151555141414141474141414141514141414141414141414241414141476c305a573041414141414450332f2f306a392f2f38414141454d4641414141427741414141454141414141514141414251414141414641414141626d566c5a484d41414141342f662f2f6450332f2f7741414151555141414141474141414141514141414141414141414241414141476c305a573041414141415950332f2f357a392f2f384141414543454141414143414141414145414141414141414141415941414142685933567064486b41414167414441414941416341434141414141414141414641414141413150332f2f7741414151555141414141484141414141514141414141414141414341414141477868626d64315957646c41414141414d54392f2f38412f762f2f4141414241784141414141634141414142414141414141414141414a41414141624739755a326c306457526c414141415876372f2f774141416741772f762f2f414141424178414141414163414141414241414141414141414141494141414162474630615852315a475541414141416a76372f2f774141416742672f762f2f4141414242524141414141554141414142414141414141414141414441414141656d6c7741456a2b2f2f2b452f762f2f41414142425241414141415941414141424141414141414141414146414141416333526864475541414142772f762f2f7250372f2f7741414151555141414141474141414141514141414141414141414241414141474e7064486b41414141416d50372f2f39542b2f2f384141414546454141414142674141414145414141414141414141415941414142795a57647062323441414d442b2f2f2f382f762f2f4141414242524141414141634141414142414141414141414141414c414141415a6d466a6157787064486c66615751413750372f2f796a2f2f2f38414141454645414141414277414141414541414141414141414141734141414277636d466a64476c6a5a5639705a4141592f2f2f2f56502f2f2f774141415159514141414147414141414151414141414141414141426741414147466a64476c325a51414151502f2f2f337a2f2f2f384141414546454141414142514141414145414141414141414141414d414141427a5a5867415a502f2f2f36442f2f2f384141414549454141414143514141414145414141414141414141416f414141426961584a306146396b5958526c41414141414159414341414741415941414141414141414132502f2f2f7741414151555141414141474141414141514141414141414141414241414141473568625755414141414178502f2f2f78414146414149414159414277414d4141414145414151414141414141414242524141414141674141414142414141414141414141414b414141416347463061575675644639705a41414142414145414151414141413d001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e3119fc191c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c000000be12000050415231');
INSERT INTO public.files VALUES ('78bf5d36bafd9b3e20e3d2915e13bd7b9baf606b94ca34fa853616ac158f4e82', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504197c35001806736368656d61150c00150c2502180a70617469656e745f696425004c1c000000150c2502180b70726f76696465725f696425004c1c000000150c250218046b696e6425004c1c000000150c250218056c6576656c25004c1c000000150c25021804726f6c6525004c1c000000150c25021806726561736f6e25004c1c0000001600191c196c26001c150c1925000619180a70617469656e745f6964150c1600161c162e26002608291c15041500150200000026001c150c1925000619180b70726f76696465725f6964150c1600161c162e26002636291c15041500150200000026001c150c192500061918046b696e64150c1600161c162e26002664291c15041500150200000026001c150c192500061918056c6576656c150c1600161c162e2600269201291c15041500150200000026001c150c19250006191804726f6c65150c1600161c162e260026c001291c15041500150200000026001c150c19250006191806726561736f6e150c1600161c162e260026ee01291c15041500150200000016a8011600260816940200191c180c4152524f573a736368656d6118d8032f2f2f2f2f31674241414151414141414141414b41417741426741464141674143674141414141424241414d414141414341414941414141424141494141414142414141414159414141443041414141744141414149674141414263414141414d41414141415141414141302f2f2f2f4141414242524141414141594141414142414141414141414141414741414141636d566863323975414141672f2f2f2f58502f2f2f7741414151555141414141474141414141514141414141414141414241414141484a76624755414141414153502f2f2f34542f2f2f384141414546454141414142674141414145414141414141414141415541414142735a585a6c624141414148442f2f2f2b732f2f2f2f414141424252414141414159414141414241414141414141414141454141414161326c755a414141414143592f2f2f2f31502f2f2f774141415155514141414148414141414151414141414141414141437741414148427962335a705a47567958326c6b414d542f2f2f385141425141434141474141634144414141414241414541414141414141415155514141414149414141414151414141414141414141436741414148426864476c6c626e5266615751414141514142414145414141414141414141413d3d001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31196c1c00001c00001c00001c00001c00001c000000b803000050415231');
INSERT INTO public.files VALUES ('33ef618bcf2e52e959576dc57b99db8b923cb17dda06d56bac9e71df1ab901d8', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504198c35001806736368656d61150a00150c2502180b70726163746963655f696425004c1c000000150c250218046e616d6525004c1c000000150c250218096167656e63795f696425004c1c0000003502180870726f6772616d73150215064c3c000000350418046c697374150200150c25021807656c656d656e7425004c1c000000150025021806616374697665001600191c195c26001c150c1925000619180b70726163746963655f6964150c1600161c162e26002608291c15041500150200000026001c150c192500061918046e616d65150c1600161c162e26002636291c15041500150200000026001c150c192500061918096167656e63795f6964150c1600161c162e26002664291c15041500150200000026001c150c1925000619380870726f6772616d73046c69737407656c656d656e74150c1600161c162e2600269201291c15041500150200000026001c1500191506191806616374697665150c1600160016002600490c000016701600260816b80100191c180c4152524f573a736368656d6118d8032f2f2f2f2f31674241414151414141414141414b41417741426741464141674143674141414141424241414d414141414341414941414141424141494141414142414141414155414141443441414141764141414149774141414177414141414241414141437a2f2f2f3841414145474541414141426741414141454141414141414141414159414141426859335270646d554141426a2f2f2f39552f2f2f2f41414142444251414141416741414141424141414141454141414159414141414341414141484279623264795957317a4141414141456a2f2f2f2b452f2f2f2f41414142425241414141415941414141424141414141414141414145414141416158526c62514141414142772f2f2f2f72502f2f2f774141415155514141414148414141414151414141414141414141435141414147466e5a57356a655639705a414141414a7a2f2f2f2f592f2f2f2f4141414242524141414141594141414142414141414141414141414541414141626d46745a514141414144452f2f2f2f454141554141674142674148414177414141415141424141414141414141454645414141414341414141414541414141414141414141734141414277636d466a64476c6a5a5639705a414145414151414241414141413d3d001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31195c1c00001c00001c00001c00001c0000009a03000050415231');
INSERT INTO public.files VALUES ('e3be254207bcae1c2e0ab4f1bb3d89e350877e80a845952692b1a6540b47dde7', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504193c35001806736368656d61150400150c2502180a70726f6772616d5f696425004c1c000000150c250218046e616d6525004c1c0000001600191c192c26001c150c1925000619180a70726f6772616d5f6964150c1600161c162e26002608291c15041500150200000026001c150c192500061918046e616d65150c1600161c162e26002636291c150415001502000000163816002608165c00191c180c4152524f573a736368656d6118e0012f2f2f2f2f36414141414151414141414141414b41417741426741464141674143674141414141424241414d41414141434141494141414142414149414141414241414141414941414142414141414142414141414e6a2f2f2f384141414546454141414142674141414145414141414141414141415141414142755957316c41414141414d542f2f2f3851414251414341414741416341444141414142414145414141414141414151555141414141494141414141514141414141414141414367414141484279623264795957316661575141414151414241414541414141001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31192c1c00001c000000bb01000050415231');
INSERT INTO public.files VALUES ('0b2d1c437304650b60098aa187257fd9487d4277f149bc16b8454e2ecb1381af', '\x5041523115041518152a4c1504150012000028b52ffd200c6100000200000050310200000050321500151215242c15041510150615061c36002802503218025031111100000028b52ffd20094900000200000004010103021504151c152e4c1504150012000028b52ffd200e710000030000004164610300000042656e1500151215242c15041510150615061c3600280342656e1803416461111100000028b52ffd20094900000200000004010103021504151a152c4c1502150012000028b52ffd200d6900000900000070687973696369616e1500151e15302c15041510150615061c3600280970687973696369616e180970687973696369616e111100000028b52ffd200f7900000200000004000200000004030104001504150015124c1500150012000028b52ffd20000100001500151a152c2c15041510150615061c360400000028b52ffd200d690000020000000400020000000401001504150015124c1500150012000028b52ffd20000100001500150e15202c15041510150615061c360400000028b52ffd2007390000020000000400001504150015124c1500150012000028b52ffd20000100001500150e15202c15041510150615061c360400000028b52ffd2007390000020000000400001500150e15202c15041500150615061c1801011801011600280101180101111100000028b52ffd2007390000020000000401031500150e15202c15041500150615061c1801011801011600280101180101111100000028b52ffd2007390000020000000401031504150e15204c1502150012000028b52ffd2007390000030000006e65771500151215242c15041510150615061c360028036e657718036e6577111100000028b52ffd20094900000200000004010104001504150015124c1500150012000028b52ffd20000100001500150e15202c15041510150615061c360400000028b52ffd2007390000020000000400001504150015124c1500150012000028b52ffd20000100001500150e15202c15041510150615061c360400000028b52ffd2007390000020000000400001504150015124c1500150012000028b52ffd20000100001500151a152c2c15041510150615061c360400000028b52ffd200d6900000200000004000200000004010015041518152a4c1504150012000028b52ffd200c61000002000000656e0200000065731500152015322c15061510150615061c3602280265731802656e111100000028b52ffd201081000002000000030203000000031f000103021504150015124c1500150012000028b52ffd20000100001500150e15202c15041510150615061c360400000028b52ffd2007390000020000000400001504150015124c1500150012000028b52ffd20000100001500150e15202c15041510150615061c360400000028b52ffd2007390000020000000400001504150015124c1500150012000028b52ffd20000100001500150e15202c15041510150615061c360400000028b52ffd2007390000020000000400001504150015124c1500150012000028b52ffd20000100001500150e15202c15041510150615061c360400000028b52ffd2007390000020000000400001504150015124c1500150012000028b52ffd20000100001500150e15202c15041510150615061c360400000028b52ffd2007390000020000000400001504150015124c1500150012000028b52ffd20000100001500150e15202c15041510150615061c360400000028b52ffd2007390000020000000400001504151015224c1502150012000028b52ffd200841000000000000000029401500151215242c15041510150615061c180800000000000029401808000000000000294016022808000000000000294018080000000000002940111100000028b52ffd20094900000200000003020102001504150015124c1500150012000028b52ffd20000100001500150e15202c15041510150615061c360400000028b52ffd2007390000020000000400001504150015124c1500150012000028b52ffd20000100001500150e15202c15041510150615061c360400000028b52ffd2007390000020000000400001504150015124c1500150012000028b52ffd20000100001500150e15202c15041510150615061c360400000028b52ffd2007390000020000000400001504150015124c1500150012000028b52ffd20000100001500150e15202c15041510150615061c360400000028b52ffd200739000002000000040000150419fc2135001806736368656d61153000150c2502180b70726f76696465725f696425004c1c000000150c250218046e616d6525004c1c00000035021805726f6c6573150215064c3c000000350418046c697374150200150c25021807656c656d656e7425004c1c0000003502180b7370656369616c74696573150215064c3c000000350418046c697374150200150c25021807656c656d656e7425004c1c000000150c2502180b70726163746963655f696425004c1c000000150c250218096167656e63795f696425004c1c00000015002502180661637469766500150025021808617070726f76656400150c2502180c70616e656c5f73746174757325004c1c0000001502250218097374617274735f6f6e250c4c6c000000150225021807656e64735f6f6e250c4c6c00000035021807726567696f6e73150215064c3c000000350418046c697374150200150c25021807656c656d656e7425004c1c000000350218096c616e677561676573150215064c3c000000350418046c697374150200150c25021807656c656d656e7425004c1c000000150c250218046369747925004c1c000000150c25021805737461746525004c1c000000150c250218037a697025004c1c000000150a250218086c6174697475646500150a250218096c6f6e67697475646500150a250218096d61785f6d696c657300150a250218096d61785f70616e656c00150a250218106d61785f6461696c795f76697369747300150a250218106d61785f7765656b6c795f686f7572730015042502180e6d61785f666163696c6974696573001504250218106d61785f6e65775f70617469656e7473001604191c19fc1826001c150c193500061019180b70726f76696465725f6964150c160416840116a801264e26081c36002802503218025031111100192c15041500150200150015101502003c160819061926000400000026001c150c19350006101918046e616d65150c1604168c0116b00126fa0126b0011c3600280342656e1803416461111100192c15041500150200150015101502003c160c19061926000400000026001c150c1935000610193805726f6c6573046c69737407656c656d656e74150c160416ae0116d20126a80326e0021c3600280970687973696369616e180970687973696369616e111100192c15041500150200150015101502003c16241926040019460000000400000026001c150c193500061019380b7370656369616c74696573046c69737407656c656d656e74150c1604166016840126e00426b2041c360400192c15041500150200150015101502003c16001926040019460004000000000026001c150c193500061019180b70726163746963655f6964150c16041654167826e40526b6051c360400192c15041500150200150015101502003c160019061926040000000026001c150c19350006101918096167656e63795f6964150c16041654167826dc0626ae061c360400192c15041500150200150015101502003c160019061926040000000026001c150019250600191806616374697665150c16041654166626a6073c1801011801011600280101180101111100191c150015001502003c29061926000400000026001c150019250600191808617070726f766564150c160416541666268c083c1801011801011600280101180101111100191c150015001502003c29061926000400000026001c150c193500061019180c70616e656c5f737461747573150c1604167e16a20126ae0926f2081c360028036e657718036e6577111100192c15041500150200150015101502003c160c19061926000400000026001c150219350006101918097374617274735f6f6e150c16041654167826c20a26940a1c360400192c15041500150200150015101502003c29061926040000000026001c15021935000610191807656e64735f6f6e150c16041654167826ba0b268c0b1c360400192c15041500150200150015101502003c29061926040000000026001c150c1935000610193807726567696f6e73046c69737407656c656d656e74150c1604166016840126b20c26840c1c360400192c15041500150200150015101502003c16001926040019460004000000000026001c150c19350006101938096c616e677561676573046c69737407656c656d656e74150c160616920116b60126ce0d26880d1c3602280265731802656e111100192c15041500150200150015101502003c16081926040219460002000400000026001c150c193500061019180463697479150c16041654167826ec0e26be0e1c360400192c15041500150200150015101502003c160019061926040000000026001c150c19350006101918057374617465150c16041654167826e40f26b60f1c360400192c15041500150200150015101502003c160019061926040000000026001c150c19350006101918037a6970150c16041654167826dc1026ae101c360400192c15041500150200150015101502003c160019061926040000000026001c150a19350006101918086c61746974756465150c16041654167826d41126a6111c360400192c15041500150200150015101502003c29061926040000000026001c150a19350006101918096c6f6e676974756465150c16041654167826cc12269e121c360400192c15041500150200150015101502003c29061926040000000026001c150a19350006101918096d61785f6d696c6573150c16041654167826c4132696131c360400192c15041500150200150015101502003c29061926040000000026001c150a19350006101918096d61785f70616e656c150c160416bc0116e00126cc14268e141c180800000000000029401808000000000000294016022808000000000000294018080000000000002940111100192c15041500150200150015101502003c29061926020200000026001c150a19350006101918106d61785f6461696c795f766973697473150c160416541678269c1626ee151c360400192c15041500150200150015101502003c29061926040000000026001c150a19350006101918106d61785f7765656b6c795f686f757273150c16041654167826941726e6161c360400192c15041500150200150015101502003c29061926040000000026001c1504193500061019180e6d61785f666163696c6974696573150c160416541678268c1826de171c360400192c15041500150200150015101502003c29061926040000000026001c150419350006101918106d61785f6e65775f70617469656e7473150c16041654167826841926d6181c360400192c15041500150200150015101502003c290619260400000000168a131604260816c61900191c180c4152524f573a736368656d6118a00f2f2f2f2f2f37414641414151414141414141414b41417741426741464141674143674141414141424241414d414141414341414941414141424141494141414142414141414267414141424d4251414145415541414c674541414263424141414c4151414150774441414451417741416f414d4141477744414141304177414142414d41414b774341414251416741414a4149414150674241414451415141416e41454141476742414141304151414141414541414d5141414143494141414152414141414151414141416b2b2f2f2f41414142416841414141416b4141414142414141414141414141415141414141625746345832356c64313977595852705a57353063774141414144492f2f2f2f4141414141554141414142672b2f2f2f41414142416841414141416f4141414142414141414141414141414f414141416257463458325a6859326c73615852705a584d41414167414441414941416341434141414141414141414641414141416f50762f2f77414141514d51414141414a4141414141514141414141414141414541414141473168654639335a57567262486c6661473931636e4d41414141416a76332f2f774141416744592b2f2f2f41414142417841414141416b414141414241414141414141414141514141414162574634583252686157783558335a7063326c3063774141414144472f662f2f41414143414244382f2f384141414544454141414142774141414145414141414141414141416b414141427459586866634746755a577741414144322f662f2f41414143414544382f2f384141414544454141414142774141414145414141414141414141416b41414142745958686662576c735a584d414141416d2f762f2f41414143414844382f2f384141414544454141414142774141414145414141414141414141416b41414142736232356e615852315a475541414142572f762f2f41414143414b44382f2f38414141454445414141414277414141414541414141414141414141674141414273595852706448566b5a514141414143472f762f2f41414143414e44382f2f384141414546454141414142514141414145414141414141414141414d41414142366158414175507a2f2f2f54382f2f3841414145464541414141426741414141454141414141414141414155414141427a644746305a514141414f44382f2f38632f662f2f414141424252414141414159414141414241414141414141414141454141414159326c3065514141414141492f662f2f5250332f2f7741414151775541414141494141414141514141414142414141414741414141416b41414142735957356e6457466e5a584d41414141342f662f2f6450332f2f7741414151555141414141474141414141514141414141414141414241414141476c305a573041414141415950332f2f357a392f2f38414141454d4641414141427741414141454141414141514141414251414141414841414141636d566e615739756377434d2f662f2f7950332f2f7741414151555141414141474141414141514141414141414141414241414141476c305a573041414141417450332f2f2f44392f2f3841414145494541414141426741414141454141414141414141414163414141426c626d527a58323975414e4c2f2f2f3841414141414850372f2f7741414151675141414141494141414141514141414141414141414351414141484e3059584a306331397662674147414167414267414741414141414141414146442b2f2f384141414546454141414143414141414145414141414141414141417741414142775957356c6246397a6447463064584d41414141415250372f2f34442b2f2f384141414547454141414142774141414145414141414141414141416741414142686348427962335a6c5a414141414142772f762f2f7250372f2f774141415159514141414147414141414151414141414141414141426741414147466a64476c325a5141416d50372f2f39542b2f2f384141414546454141414142774141414145414141414141414141416b41414142685a32567559336c6661575141414144452f762f2f41502f2f2f774141415155514141414148414141414151414141414141414141437741414148427959574e3061574e6c58326c6b4150442b2f2f38732f2f2f2f41414142444251414141416741414141424141414141454141414159414141414377414141484e775a574e70595778306157567a4143442f2f2f39632f2f2f2f41414142425241414141415941414141424141414141414141414145414141416158526c62514141414142492f2f2f2f68502f2f2f7741414151775541414141484141414141514141414142414141414641414141415541414142796232786c637741414148542f2f2f2b772f2f2f2f41414142425241414141415941414141424141414141414141414145414141416158526c62514141414143632f2f2f2f32502f2f2f7741414151555141414141474141414141514141414141414141414241414141473568625755414141414178502f2f2f78414146414149414159414277414d4141414145414151414141414141414242524141414141674141414142414141414141414141414c4141414163484a76646d6c6b5a584a666157514142414145414151414141414141414141001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e3119fc181c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c000000a511000050415231');
INSERT INTO public.files VALUES ('309bdd355262e4ed29be91d2601200903c156e91d482b8e99c0d6b502623eaba', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504197c35001806736368656d61150c00150c2502180876697369745f696425004c1c000000150c2502180a70617469656e745f696425004c1c000000150c2502180b70726f76696465725f696425004c1c000000150c2502180b666163696c6974795f696425004c1c0000001502250218026f6e250c4c6c000000150a250218076d696e75746573001600191c196c26001c150c1925000619180876697369745f6964150c1600161c162e26002608291c15041500150200000026001c150c1925000619180a70617469656e745f6964150c1600161c162e26002636291c15041500150200000026001c150c1925000619180b70726f76696465725f6964150c1600161c162e26002664291c15041500150200000026001c150c1925000619180b666163696c6974795f6964150c1600161c162e2600269201291c15041500150200000026001c1502192500061918026f6e150c1600161c162e260026c001291c15041500150200000026001c150a192500061918076d696e75746573150c1600161c162e260026ee01291c15041500150200000016a8011600260816940200191c180c4152524f573a736368656d6118ec032f2f2f2f2f32674241414151414141414141414b41417741426741464141674143674141414141424241414d41414141434141494141414142414149414141414241414141415941414141494151414179414141414a67414141426f414141414e41414141415141414141672f2f2f2f414141424178414141414159414141414241414141414141414141484141414162576c756458526c637744572f2f2f2f4141414341457a2f2f2f3841414145494541414141427741414141454141414141414141414149414141427662674141414141474141674142674147414141414141414141487a2f2f2f3841414145464541414141427741414141454141414141414141414173414141426d59574e7062476c30655639705a4142732f2f2f2f71502f2f2f774141415155514141414148414141414151414141414141414141437741414148427962335a705a47567958326c6b414a6a2f2f2f2f552f2f2f2f4141414242524141414141634141414142414141414141414141414b414141416347463061575675644639705a41414178502f2f2f78414146414149414159414277414d4141414145414151414141414141414242524141414141674141414142414141414141414141414941414141646d6c7a61585266615751414141414142414145414151414141413d001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31196c1c00001c00001c00001c00001c00001c000000d803000050415231');
INSERT INTO public.jobs VALUES ('job-3', 'propose', 'ann', '{"wish": {}, "principal": {"actor": "ann", "roles": ["planner"], "practices": [], "agencies": [], "everywhere": true}}', 1795262400000000, 1795262400000000, 'queued', 0, 0, 0, false, 'queued', 0, NULL, NULL, NULL, '', '');
INSERT INTO public.jobs VALUES ('job-1', 'propose', 'ann', '{"wish": {}, "principal": {"actor": "ann", "roles": ["planner"], "practices": [], "agencies": [], "everywhere": true}}', 1795262400000000, 1795348800000000, 'succeeded', 1, 0, 2, false, 'queued', 0, NULL, NULL, NULL, 'waits', '');
INSERT INTO public.jobs VALUES ('job-2', 'propose', 'ann', '{"wish": {}, "principal": {"actor": "ann", "roles": ["planner"], "practices": [], "agencies": [], "everywhere": true}}', 1795262400000000, 1795262400000000, 'running', 1, 0, 1, false, 'queued', 0, NULL, NULL, NULL, '', '');
INSERT INTO public.outbox VALUES (2, 'moved', '[]', 1795262400000000, NULL);
INSERT INTO public.outbox VALUES (1, 'moved', '{}', 1795262400000000, 1795262400000000);
INSERT INTO public.patients VALUES ('A1', NULL, '1950-02-03', NULL, true, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, '', 'CCM', '', NULL, 1, 1, 30, NULL, NULL, 0);
INSERT INTO public.patients VALUES ('A2', NULL, NULL, NULL, true, NULL, NULL, NULL, NULL, NULL, NULL, 42.25, NULL, NULL, 1, '', '', '', NULL, 1, 1, 30, NULL, NULL, 0);
INSERT INTO public.patients VALUES ('A3', NULL, NULL, NULL, true, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, '', '', '', NULL, 1, 1, 30, NULL, NULL, 0);
INSERT INTO public.plan_tables VALUES ('plan-1', 'statements', '\x504152311504151015224c1502150012000028b52ffd2008410000040000006f70656e1500151215242c15021510150615061c360028046f70656e18046f70656e111100000028b52ffd20094900000200000002010102001504151615284c1502150012000028b52ffd200b5900000700000070617469656e741500151215242c15021510150615061c3600280770617469656e74180770617469656e74111100000028b52ffd20094900000200000002010102001504150c151e4c1502150012000028b52ffd20063100000200000041311500151215242c15021510150615061c36002802413118024131111100000028b52ffd20094900000200000002010102001504150015124c1500150012000028b52ffd20000100001500150e15202c15021510150615061c360200000028b52ffd2007390000020000000200001504151615284c1502150012000028b52ffd200b590000070000007072696d6172791500151215242c15021510150615061c360028077072696d61727918077072696d617279111100000028b52ffd20094900000200000002010102001504151a152c4c1502150012000028b52ffd200d6900000900000070687973696369616e1500151215242c15021510150615061c3600280970687973696369616e180970687973696369616e111100000028b52ffd20094900000200000002010102001504150015124c1500150012000028b52ffd20000100001500150e15202c15021510150615061c360200000028b52ffd2007390000020000000200001504150c151e4c1502150012000028b52ffd20063100000200000050321500151215242c15021510150615061c36002802503218025032111100000028b52ffd20094900000200000002010102001504151015224c1502150012000028b52ffd200841000001000000000000001500151215242c15021510150615061c180801000000000000001808010000000000000016002808010000000000000018080100000000000000111100000028b52ffd20094900000200000002010102001504151615284c1502150012000028b52ffd200b59000007000000626563617573651500151215242c15021510150615061c3600280762656361757365180762656361757365111100000028b52ffd2009490000020000000201010200150419bc35001806736368656d61151400150c25021806616374696f6e25004c1c000000150c250218046b696e6425004c1c000000150c2502180a70617469656e745f696425004c1c000000150c2502180b666163696c6974795f696425004c1c000000150c250218056c6576656c25004c1c000000150c25021804726f6c6525004c1c000000150c2502181066726f6d5f70726f76696465725f696425004c1c000000150c2502180e746f5f70726f76696465725f696425004c1c000000150425021806726f775f696400150c25021806726561736f6e25004c1c0000001602191c19ac26001c150c1935000610191806616374696f6e150c160216840116a801264626081c360028046f70656e18046f70656e111100192c15041500150200150015101502003c160819061926000200000026001c150c19350006101918046b696e64150c160216960116ba0126f40126b0011c3600280770617469656e74180770617469656e74111100192c15041500150200150015101502003c160e19061926000200000026001c150c193500061019180a70617469656e745f6964150c16021678169c0126a40326ea021c36002802413118024131111100192c15041500150200150015101502003c160419061926000200000026001c150c193500061019180b666163696c6974795f6964150c16021654167826b4042686041c360200192c15041500150200150015101502003c160019061926020000000026001c150c19350006101918056c6576656c150c160216960116ba0126c20526fe041c360028077072696d61727918077072696d617279111100192c15041500150200150015101502003c160e19061926000200000026001c150c1935000610191804726f6c65150c160216a20116c60126800726b8061c3600280970687973696369616e180970687973696369616e111100192c15041500150200150015101502003c161219061926000200000026001c150c193500061019181066726f6d5f70726f76696465725f6964150c16021654167826ac0826fe071c360200192c15041500150200150015101502003c160019061926020000000026001c150c193500061019180e746f5f70726f76696465725f6964150c16021678169c0126b00926f6081c36002802503218025032111100192c15041500150200150015101502003c160419061926000200000026001c15041935000610191806726f775f6964150c160216bc0116e00126d00a26920a1c180801000000000000001808010000000000000016002808010000000000000018080100000000000000111100192c15041500150200150015101502003c29061926000200000026001c150c1935000610191806726561736f6e150c160216960116ba0126b60c26f20b1c3600280762656361757365180762656361757365111100192c15041500150200150015101502003c160e19061926000200000016bc0a1602260816a40d00191c180c4152524f573a736368656d6118ec052f2f2f2f2f79674341414151414141414141414b41417741426741464141674143674141414141424241414d41414141434141494141414142414149414141414241414141416f414141444d415141416b41454141474142414141774151414142414541414e67414141436741414141624141414144414141414145414141416250372f2f7741414151555141414141474141414141514141414141414141414267414141484a6c59584e76626741415850372f2f35542b2f2f384141414543454141414143414141414145414141414141414141415941414142796233646661575141414167414441414941416341434141414141414141414641414141417a50372f2f77414141515551414141414941414141415141414141414141414144674141414852765833427962335a705a47567958326c6b414144452f762f2f2f50372f2f77414141515551414141414a4141414141514141414141414141414541414141475a796232316663484a76646d6c6b5a584a6661575141414141412b50372f2f7a442f2f2f384141414546454141414142674141414145414141414141414141415141414142796232786c414141414143442f2f2f39592f2f2f2f4141414242524141414141594141414142414141414141414141414641414141624756325a577741414142492f2f2f2f67502f2f2f7741414151555141414141484141414141514141414141414141414377414141475a6859326c736158523558326c6b4148542f2f2f2b732f2f2f2f4141414242524141414141634141414142414141414141414141414b414141416347463061575675644639705a4141416f502f2f2f396a2f2f2f384141414546454141414142674141414145414141414141414141415141414142726157356b41414141414d6a2f2f2f385141425141434141474141634144414141414241414541414141414141415155514141414148414141414151414141414141414141426741414147466a64476c766267414142414145414151414141413d001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e3119ac1c00001c00001c00001c00001c00001c00001c00001c00001c00001c0000007d07000050415231');
INSERT INTO public.plan_tables VALUES ('plan-1', 'moves', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd2000010000150419cc35001806736368656d61151600150c2502180a70617469656e745f696425004c1c000000150c2502180b666163696c6974795f696425004c1c000000150c25021806616374696f6e25004c1c000000150c2502181066726f6d5f70726f76696465725f696425004c1c000000150c2502180e746f5f70726f76696465725f696425004c1c000000150c2502180376696125004c1c000000150425021806726f775f696400150c2502180b726561736f6e5f636f646525004c1c000000150c25021806726561736f6e25004c1c000000150a2502180c6d696c65735f6265666f726500150a2502180b6d696c65735f6166746572001600191c19bc26001c150c1925000619180a70617469656e745f6964150c1600161c162e26002608291c15041500150200000026001c150c1925000619180b666163696c6974795f6964150c1600161c162e26002636291c15041500150200000026001c150c19250006191806616374696f6e150c1600161c162e26002664291c15041500150200000026001c150c1925000619181066726f6d5f70726f76696465725f6964150c1600161c162e2600269201291c15041500150200000026001c150c1925000619180e746f5f70726f76696465725f6964150c1600161c162e260026c001291c15041500150200000026001c150c19250006191803766961150c1600161c162e260026ee01291c15041500150200000026001c150419250006191806726f775f6964150c1600161c162e2600269c02291c15041500150200000026001c150c1925000619180b726561736f6e5f636f6465150c1600161c162e260026ca02291c15041500150200000026001c150c19250006191806726561736f6e150c1600161c162e260026f802291c15041500150200000026001c150a1925000619180c6d696c65735f6265666f7265150c1600161c162e260026a603291c15041500150200000026001c150a1925000619180b6d696c65735f6166746572150c1600161c162e260026d403291c15041500150200000016b4021600260816fa0300191c180c4152524f573a736368656d6118cc062f2f2f2f2f33414341414151414141414141414b41417741426741464141674143674141414141424241414d414141414341414941414141424141494141414142414141414173414141414d416741417a414541414b41424141426f415141414e4145414141774241414451414141416f414141414851414141413441414141424141414144442b2f2f384141414544454141414142774141414145414141414141414141417341414142746157786c633139685a6e526c6367444f2f2f2f2f414141434147442b2f2f384141414544454141414143514141414145414141414141414141417741414142746157786c633139695a575a76636d554141415941434141474141594141414141414149416d50372f2f7741414151555141414141474141414141514141414141414141414267414141484a6c59584e76626741416850372f2f38442b2f2f384141414546454141414142774141414145414141414141414141417341414142795a57467a623235665932396b5a5143772f762f2f3750372f2f7741414151495141414141494141414141514141414141414141414267414141484a76643139705a4141414341414d41416741427741494141414141414141415541414141416b2f2f2f2f4141414242524141414141554141414142414141414141414141414441414141646d6c6841417a2f2f2f39492f2f2f2f4141414242524141414141674141414142414141414141414141414f414141416447396663484a76646d6c6b5a584a666157514141447a2f2f2f39342f2f2f2f41414142425241414141416b41414141424141414141414141414151414141415a6e4a7662563977636d39326157526c636c39705a414141414142772f2f2f2f72502f2f2f774141415155514141414147414141414151414141414141414141426741414147466a64476c76626741416d502f2f2f39542f2f2f3841414145464541414141427741414141454141414141414141414173414141426d59574e7062476c30655639705a4144452f2f2f2f4541415541416741426741484141774141414151414241414141414141414546454141414143414141414145414141414141414141416f4141414277595852705a57353058326c6b414141454141514142414141414141414141413d001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e3119bc1c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c000000a206000050415231');
INSERT INTO public.plan_tables VALUES ('plan-1', 'left', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504198c35001806736368656d61150e00150c2502180a70617469656e745f696425004c1c000000150c2502180b70726f76696465725f696425004c1c00000015042502180a636f6e7369646572656400150425021808656c696769626c6500150c2502180b726561736f6e5f636f646525004c1c000000150c25021806726561736f6e25004c1c000000150c25021808776179735f6f757425004c1c0000001600191c197c26001c150c1925000619180a70617469656e745f6964150c1600161c162e26002608291c15041500150200000026001c150c1925000619180b70726f76696465725f6964150c1600161c162e26002636291c15041500150200000026001c15041925000619180a636f6e73696465726564150c1600161c162e26002664291c15041500150200000026001c150419250006191808656c696769626c65150c1600161c162e2600269201291c15041500150200000026001c150c1925000619180b726561736f6e5f636f6465150c1600161c162e260026c001291c15041500150200000026001c150c19250006191806726561736f6e150c1600161c162e260026ee01291c15041500150200000026001c150c19250006191808776179735f6f7574150c1600161c162e2600269c02291c15041500150200000016c4011600260816c20200191c180c4152524f573a736368656d6118c0042f2f2f2f2f36674241414151414141414141414b41417741426741464141674143674141414141424241414d41414141434141494141414142414149414141414241414141416341414142494151414143414541414d67414141435141414141594141414144514141414145414141413550372f2f774141415155514141414148414141414151414141414141414141434141414148646865584e666233563041414141414e542b2f2f38512f2f2f2f4141414242524141414141594141414142414141414141414141414741414141636d566863323975414144382f762f2f4f502f2f2f7741414151555141414141484141414141514141414141414141414377414141484a6c59584e76626c396a6232526c41436a2f2f2f396b2f2f2f2f41414142416841414141416341414141424141414141414141414149414141415a5778705a326c6962475541414141417a502f2f2f77414141414641414141416d502f2f2f77414141514951414141414a4141414141514141414141414141414367414141474e76626e4e705a4756795a5751414141674144414149414163414341414141414141414146414141414131502f2f2f774141415155514141414148414141414151414141414141414141437741414148427962335a705a47567958326c6b414d542f2f2f385141425141434141474141634144414141414241414541414141414141415155514141414149414141414151414141414141414141436741414148426864476c6c626e526661575141414151414241414541414141001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31197c1c00001c00001c00001c00001c00001c00001c0000007804000050415231');
INSERT INTO public.plan_tables VALUES ('plan-1', 'review', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504195c35001806736368656d61150800150c2502180a70617469656e745f696425004c1c000000150c2502180b70726f76696465725f696425004c1c000000150c2502180b726561736f6e5f636f646525004c1c000000150c25021806726561736f6e25004c1c0000001600191c194c26001c150c1925000619180a70617469656e745f6964150c1600161c162e26002608291c15041500150200000026001c150c1925000619180b70726f76696465725f6964150c1600161c162e26002636291c15041500150200000026001c150c1925000619180b726561736f6e5f636f6465150c1600161c162e26002664291c15041500150200000026001c150c19250006191806726561736f6e150c1600161c162e2600269201291c15041500150200000016701600260816b80100191c180c4152524f573a736368656d6118e0022f2f2f2f2f77414241414151414141414141414b41417741426741464141674143674141414141424241414d4141414143414149414141414241414941414141424141414141514141414367414141415941414141444141414141454141414167502f2f2f7741414151555141414141474141414141514141414141414141414267414141484a6c59584e766267414162502f2f2f366a2f2f2f384141414546454141414142774141414145414141414141414141417341414142795a57467a623235665932396b5a5143592f2f2f2f31502f2f2f774141415155514141414148414141414151414141414141414141437741414148427962335a705a47567958326c6b414d542f2f2f385141425141434141474141634144414141414241414541414141414141415155514141414149414141414151414141414141414141436741414148426864476c6c626e526661575141414151414241414541414141001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31194c1c00001c00001c00001c000000d302000050415231');
INSERT INTO public.plan_tables VALUES ('plan-1', 'loads', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504199c35001806736368656d61151000150c250218086c696d69745f696425004c1c000000150c250218057469746c6525004c1c000000150c25021804756e697425004c1c000000150c2502180b70726f76696465725f696425004c1c000000150a250218066265666f726500150a25021805616674657200150a2502180674617267657400150a250218076d6178696d756d001600191c198c26001c150c192500061918086c696d69745f6964150c1600161c162e26002608291c15041500150200000026001c150c192500061918057469746c65150c1600161c162e26002636291c15041500150200000026001c150c19250006191804756e6974150c1600161c162e26002664291c15041500150200000026001c150c1925000619180b70726f76696465725f6964150c1600161c162e2600269201291c15041500150200000026001c150a192500061918066265666f7265150c1600161c162e260026c001291c15041500150200000026001c150a192500061918056166746572150c1600161c162e260026ee01291c15041500150200000026001c150a19250006191806746172676574150c1600161c162e2600269c02291c15041500150200000026001c150a192500061918076d6178696d756d150c1600161c162e260026ca02291c15041500150200000016e0011600260816f00200191c180c4152524f573a736368656d6118ec042f2f2f2f2f38674241414151414141414141414b41417741426741464141674143674141414141424241414d414141414341414941414141424141494141414142414141414167414141426b415141414b414541415077414141444d414141416c41414141475141414141304141414142414141414d7a2b2f2f3841414145444541414141426741414141454141414141414141414163414141427459586870625856744148722f2f2f3841414149412b50372f2f77414141514d5141414141474141414141514141414141414141414267414141485268636d646c6441414170762f2f2f7741414167416b2f2f2f2f414141424178414141414159414141414241414141414141414141464141414159575a305a584941414144532f2f2f2f414141434146442f2f2f384141414544454141414143414141414145414141414141414141415941414142695a575a76636d55414141414142674149414159414267414141414141416743452f2f2f2f4141414242524141414141634141414142414141414141414141414c4141414163484a76646d6c6b5a584a666157514164502f2f2f37442f2f2f38414141454645414141414267414141414541414141414141414141514141414231626d6c3041414141414a7a2f2f2f2f592f2f2f2f414141424252414141414159414141414241414141414141414141464141414164476c3062475541414144452f2f2f2f45414155414167414267414841417741414141514142414141414141414145464541414141434141414141454141414141414141414167414141427361573170644639705a414141414141454141514142414141414141414141413d001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31198c1c00001c00001c00001c00001c00001c00001c00001c000000b404000050415231');
INSERT INTO public.plan_tables VALUES ('plan-1', 'decisions', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd2000010000150419ac35001806736368656d61151200150c2502180a70617469656e745f696425004c1c000000150c2502181066726f6d5f70726f76696465725f696425004c1c000000150c2502181470726f706f7365645f70726f76696465725f696425004c1c000000150c250218086465636973696f6e25004c1c000000150c2502180e746f5f70726f76696465725f696425004c1c000000150c2502180572756c657325004c1c000000150c25021806726561736f6e25004c1c000000150c2502180a646563696465645f627925004c1c00000015042502180a646563696465645f617425144c8c111c2c00000000001600191c199c26001c150c1925000619180a70617469656e745f6964150c1600161c162e26002608291c15041500150200000026001c150c1925000619181066726f6d5f70726f76696465725f6964150c1600161c162e26002636291c15041500150200000026001c150c1925000619181470726f706f7365645f70726f76696465725f6964150c1600161c162e26002664291c15041500150200000026001c150c192500061918086465636973696f6e150c1600161c162e2600269201291c15041500150200000026001c150c1925000619180e746f5f70726f76696465725f6964150c1600161c162e260026c001291c15041500150200000026001c150c1925000619180572756c6573150c1600161c162e260026ee01291c15041500150200000026001c150c19250006191806726561736f6e150c1600161c162e2600269c02291c15041500150200000026001c150c1925000619180a646563696465645f6279150c1600161c162e260026ca02291c15041500150200000026001c15041925000619180a646563696465645f6174150c1600161c162e260026f802291c15041500150200000016fc0116002608169e0300191c180c4152524f573a736368656d6118e0052f2f2f2f2f79414341414151414141414141414b41417741426741464141674143674141414141424241414d41414141434141494141414142414149414141414241414141416b4141414338415141416441454141446742414141494151414131414141414b674141414238414141415441414141415141414142342f762f2f41414142436841414141416b4141414142414141414141414141414b414141415a47566a6157526c5a463968644141414341414d4141594143414149414141414141414341415141414141444141414156565244414c7a2b2f2f384141414546454141414142774141414145414141414141414141416f414141426b5a574e705a47566b58324a35414143732f762f2f3650372f2f7741414151555141414141474141414141514141414141414141414267414141484a6c59584e76626741413150372f2f78442f2f2f384141414546454141414142674141414145414141414141414141415541414142796457786c6377414141507a2b2f2f38342f2f2f2f4141414242524141414141674141414142414141414141414141414f414141416447396663484a76646d6c6b5a584a666157514141437a2f2f2f396f2f2f2f2f41414142425241414141416341414141424141414141414141414149414141415a47566a61584e70623234414141414157502f2f2f35542f2f2f38414141454645414141414367414141414541414141414141414142514141414277636d397762334e6c5a463977636d39326157526c636c39705a414141414143512f2f2f2f7a502f2f2f77414141515551414141414a4141414141514141414141414141414541414141475a796232316663484a76646d6c6b5a584a66615751414141414178502f2f2f78414146414149414159414277414d4141414145414151414141414141414242524141414141674141414142414141414141414141414b414141416347463061575675644639705a41414142414145414151414141414141414141001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31199c1c00001c00001c00001c00001c00001c00001c00001c00001c000000d705000050415231');
INSERT INTO public.plan_tables VALUES ('plan-1', 'visits', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504199c35001806736368656d61151000150c2502180876697369745f696425004c1c000000150c2502180a70617469656e745f696425004c1c000000150c2502180b666163696c6974795f696425004c1c0000001502250218026f6e250c4c6c000000150c2502180b70726f76696465725f696425004c1c000000150c2502180e746f5f70726f76696465725f696425004c1c000000150c25021806616374696f6e25004c1c000000150c25021806726561736f6e25004c1c0000001600191c198c26001c150c1925000619180876697369745f6964150c1600161c162e26002608291c15041500150200000026001c150c1925000619180a70617469656e745f6964150c1600161c162e26002636291c15041500150200000026001c150c1925000619180b666163696c6974795f6964150c1600161c162e26002664291c15041500150200000026001c1502192500061918026f6e150c1600161c162e2600269201291c15041500150200000026001c150c1925000619180b70726f76696465725f6964150c1600161c162e260026c001291c15041500150200000026001c150c1925000619180e746f5f70726f76696465725f6964150c1600161c162e260026ee01291c15041500150200000026001c150c19250006191806616374696f6e150c1600161c162e2600269c02291c15041500150200000026001c150c19250006191806726561736f6e150c1600161c162e260026ca02291c15041500150200000016e0011600260816f00200191c180c4152524f573a736368656d6118ec042f2f2f2f2f38674241414151414141414141414b41417741426741464141674143674141414141424241414d414141414341414941414141424141494141414142414141414167414141426b415141414a4145414150514141414441414141416b41414141467741414141774141414142414141414d7a2b2f2f384141414546454141414142674141414145414141414141414141415941414142795a57467a62323441414c6a2b2f2f2f302f762f2f414141424252414141414159414141414241414141414141414141474141414159574e3061573975414144672f762f2f48502f2f2f77414141515551414141414941414141415141414141414141414144674141414852765833427962335a705a47567958326c6b414141512f2f2f2f54502f2f2f774141415155514141414148414141414151414141414141414141437741414148427962335a705a47567958326c6b41447a2f2f2f39342f2f2f2f41414142434241414141416341414141424141414141414141414143414141416232344141414141426741494141594142674141414141414141436f2f2f2f2f4141414242524141414141634141414142414141414141414141414c414141415a6d466a6157787064486c66615751416d502f2f2f39542f2f2f384141414546454141414142774141414145414141414141414141416f4141414277595852705a57353058326c6b414144452f2f2f2f45414155414167414267414841417741414141514142414141414141414145464541414141434141414141454141414141414141414167414141423261584e70644639705a414141414141454141514142414141414141414141413d001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31198c1c00001c00001c00001c00001c00001c00001c00001c000000ec04000050415231');
INSERT INTO public.plan_tables VALUES ('waits', 'statements', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd2000010000150419bc35001806736368656d61151400150c25021806616374696f6e25004c1c000000150c250218046b696e6425004c1c000000150c2502180a70617469656e745f696425004c1c000000150c2502180b666163696c6974795f696425004c1c000000150c250218056c6576656c25004c1c000000150c25021804726f6c6525004c1c000000150c2502181066726f6d5f70726f76696465725f696425004c1c000000150c2502180e746f5f70726f76696465725f696425004c1c000000150425021806726f775f696400150c25021806726561736f6e25004c1c0000001600191c19ac26001c150c19250006191806616374696f6e150c1600161c162e26002608291c15041500150200000026001c150c192500061918046b696e64150c1600161c162e26002636291c15041500150200000026001c150c1925000619180a70617469656e745f6964150c1600161c162e26002664291c15041500150200000026001c150c1925000619180b666163696c6974795f6964150c1600161c162e2600269201291c15041500150200000026001c150c192500061918056c6576656c150c1600161c162e260026c001291c15041500150200000026001c150c19250006191804726f6c65150c1600161c162e260026ee01291c15041500150200000026001c150c1925000619181066726f6d5f70726f76696465725f6964150c1600161c162e2600269c02291c15041500150200000026001c150c1925000619180e746f5f70726f76696465725f6964150c1600161c162e260026ca02291c15041500150200000026001c150419250006191806726f775f6964150c1600161c162e260026f802291c15041500150200000026001c150c19250006191806726561736f6e150c1600161c162e260026a603291c1504150015020000001698021600260816cc0300191c180c4152524f573a736368656d6118ec052f2f2f2f2f79674341414151414141414141414b41417741426741464141674143674141414141424241414d41414141434141494141414142414149414141414241414141416f414141444d415141416b41454141474142414141774151414142414541414e67414141436741414141624141414144414141414145414141416250372f2f7741414151555141414141474141414141514141414141414141414267414141484a6c59584e76626741415850372f2f35542b2f2f384141414543454141414143414141414145414141414141414141415941414142796233646661575141414167414441414941416341434141414141414141414641414141417a50372f2f77414141515551414141414941414141415141414141414141414144674141414852765833427962335a705a47567958326c6b414144452f762f2f2f50372f2f77414141515551414141414a4141414141514141414141414141414541414141475a796232316663484a76646d6c6b5a584a6661575141414141412b50372f2f7a442f2f2f384141414546454141414142674141414145414141414141414141415141414142796232786c414141414143442f2f2f39592f2f2f2f4141414242524141414141594141414142414141414141414141414641414141624756325a577741414142492f2f2f2f67502f2f2f7741414151555141414141484141414141514141414141414141414377414141475a6859326c736158523558326c6b4148542f2f2f2b732f2f2f2f4141414242524141414141634141414142414141414141414141414b414141416347463061575675644639705a4141416f502f2f2f396a2f2f2f384141414546454141414142674141414145414141414141414141415141414142726157356b41414141414d6a2f2f2f385141425141434141474141634144414141414241414541414141414141415155514141414148414141414151414141414141414141426741414147466a64476c766267414142414145414151414141413d001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e3119ac1c00001c00001c00001c00001c00001c00001c00001c00001c00001c000000ea05000050415231');
INSERT INTO public.plan_tables VALUES ('waits', 'moves', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd2000010000150419cc35001806736368656d61151600150c2502180a70617469656e745f696425004c1c000000150c2502180b666163696c6974795f696425004c1c000000150c25021806616374696f6e25004c1c000000150c2502181066726f6d5f70726f76696465725f696425004c1c000000150c2502180e746f5f70726f76696465725f696425004c1c000000150c2502180376696125004c1c000000150425021806726f775f696400150c2502180b726561736f6e5f636f646525004c1c000000150c25021806726561736f6e25004c1c000000150a2502180c6d696c65735f6265666f726500150a2502180b6d696c65735f6166746572001600191c19bc26001c150c1925000619180a70617469656e745f6964150c1600161c162e26002608291c15041500150200000026001c150c1925000619180b666163696c6974795f6964150c1600161c162e26002636291c15041500150200000026001c150c19250006191806616374696f6e150c1600161c162e26002664291c15041500150200000026001c150c1925000619181066726f6d5f70726f76696465725f6964150c1600161c162e2600269201291c15041500150200000026001c150c1925000619180e746f5f70726f76696465725f6964150c1600161c162e260026c001291c15041500150200000026001c150c19250006191803766961150c1600161c162e260026ee01291c15041500150200000026001c150419250006191806726f775f6964150c1600161c162e2600269c02291c15041500150200000026001c150c1925000619180b726561736f6e5f636f6465150c1600161c162e260026ca02291c15041500150200000026001c150c19250006191806726561736f6e150c1600161c162e260026f802291c15041500150200000026001c150a1925000619180c6d696c65735f6265666f7265150c1600161c162e260026a603291c15041500150200000026001c150a1925000619180b6d696c65735f6166746572150c1600161c162e260026d403291c15041500150200000016b4021600260816fa0300191c180c4152524f573a736368656d6118cc062f2f2f2f2f33414341414151414141414141414b41417741426741464141674143674141414141424241414d414141414341414941414141424141494141414142414141414173414141414d416741417a414541414b41424141426f415141414e4145414141774241414451414141416f414141414851414141413441414141424141414144442b2f2f384141414544454141414142774141414145414141414141414141417341414142746157786c633139685a6e526c6367444f2f2f2f2f414141434147442b2f2f384141414544454141414143514141414145414141414141414141417741414142746157786c633139695a575a76636d554141415941434141474141594141414141414149416d50372f2f7741414151555141414141474141414141514141414141414141414267414141484a6c59584e76626741416850372f2f38442b2f2f384141414546454141414142774141414145414141414141414141417341414142795a57467a623235665932396b5a5143772f762f2f3750372f2f7741414151495141414141494141414141514141414141414141414267414141484a76643139705a4141414341414d41416741427741494141414141414141415541414141416b2f2f2f2f4141414242524141414141554141414142414141414141414141414441414141646d6c6841417a2f2f2f39492f2f2f2f4141414242524141414141674141414142414141414141414141414f414141416447396663484a76646d6c6b5a584a666157514141447a2f2f2f39342f2f2f2f41414142425241414141416b41414141424141414141414141414151414141415a6e4a7662563977636d39326157526c636c39705a414141414142772f2f2f2f72502f2f2f774141415155514141414147414141414151414141414141414141426741414147466a64476c76626741416d502f2f2f39542f2f2f3841414145464541414141427741414141454141414141414141414173414141426d59574e7062476c30655639705a4144452f2f2f2f4541415541416741426741484141774141414151414241414141414141414546454141414143414141414145414141414141414141416f4141414277595852705a57353058326c6b414141454141514142414141414141414141413d001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e3119bc1c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c000000a206000050415231');
INSERT INTO public.plan_tables VALUES ('waits', 'left', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504198c35001806736368656d61150e00150c2502180a70617469656e745f696425004c1c000000150c2502180b70726f76696465725f696425004c1c00000015042502180a636f6e7369646572656400150425021808656c696769626c6500150c2502180b726561736f6e5f636f646525004c1c000000150c25021806726561736f6e25004c1c000000150c25021808776179735f6f757425004c1c0000001600191c197c26001c150c1925000619180a70617469656e745f6964150c1600161c162e26002608291c15041500150200000026001c150c1925000619180b70726f76696465725f6964150c1600161c162e26002636291c15041500150200000026001c15041925000619180a636f6e73696465726564150c1600161c162e26002664291c15041500150200000026001c150419250006191808656c696769626c65150c1600161c162e2600269201291c15041500150200000026001c150c1925000619180b726561736f6e5f636f6465150c1600161c162e260026c001291c15041500150200000026001c150c19250006191806726561736f6e150c1600161c162e260026ee01291c15041500150200000026001c150c19250006191808776179735f6f7574150c1600161c162e2600269c02291c15041500150200000016c4011600260816c20200191c180c4152524f573a736368656d6118c0042f2f2f2f2f36674241414151414141414141414b41417741426741464141674143674141414141424241414d41414141434141494141414142414149414141414241414141416341414142494151414143414541414d67414141435141414141594141414144514141414145414141413550372f2f774141415155514141414148414141414151414141414141414141434141414148646865584e666233563041414141414e542b2f2f38512f2f2f2f4141414242524141414141594141414142414141414141414141414741414141636d566863323975414144382f762f2f4f502f2f2f7741414151555141414141484141414141514141414141414141414377414141484a6c59584e76626c396a6232526c41436a2f2f2f396b2f2f2f2f41414142416841414141416341414141424141414141414141414149414141415a5778705a326c6962475541414141417a502f2f2f77414141414641414141416d502f2f2f77414141514951414141414a4141414141514141414141414141414367414141474e76626e4e705a4756795a5751414141674144414149414163414341414141414141414146414141414131502f2f2f774141415155514141414148414141414151414141414141414141437741414148427962335a705a47567958326c6b414d542f2f2f385141425141434141474141634144414141414241414541414141414141415155514141414149414141414151414141414141414141436741414148426864476c6c626e526661575141414151414241414541414141001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31197c1c00001c00001c00001c00001c00001c00001c0000007804000050415231');
INSERT INTO public.plan_tables VALUES ('waits', 'review', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504195c35001806736368656d61150800150c2502180a70617469656e745f696425004c1c000000150c2502180b70726f76696465725f696425004c1c000000150c2502180b726561736f6e5f636f646525004c1c000000150c25021806726561736f6e25004c1c0000001600191c194c26001c150c1925000619180a70617469656e745f6964150c1600161c162e26002608291c15041500150200000026001c150c1925000619180b70726f76696465725f6964150c1600161c162e26002636291c15041500150200000026001c150c1925000619180b726561736f6e5f636f6465150c1600161c162e26002664291c15041500150200000026001c150c19250006191806726561736f6e150c1600161c162e2600269201291c15041500150200000016701600260816b80100191c180c4152524f573a736368656d6118e0022f2f2f2f2f77414241414151414141414141414b41417741426741464141674143674141414141424241414d4141414143414149414141414241414941414141424141414141514141414367414141415941414141444141414141454141414167502f2f2f7741414151555141414141474141414141514141414141414141414267414141484a6c59584e766267414162502f2f2f366a2f2f2f384141414546454141414142774141414145414141414141414141417341414142795a57467a623235665932396b5a5143592f2f2f2f31502f2f2f774141415155514141414148414141414151414141414141414141437741414148427962335a705a47567958326c6b414d542f2f2f385141425141434141474141634144414141414241414541414141414141415155514141414149414141414151414141414141414141436741414148426864476c6c626e526661575141414151414241414541414141001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31194c1c00001c00001c00001c000000d302000050415231');
INSERT INTO public.plan_tables VALUES ('waits', 'loads', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504199c35001806736368656d61151000150c250218086c696d69745f696425004c1c000000150c250218057469746c6525004c1c000000150c25021804756e697425004c1c000000150c2502180b70726f76696465725f696425004c1c000000150a250218066265666f726500150a25021805616674657200150a2502180674617267657400150a250218076d6178696d756d001600191c198c26001c150c192500061918086c696d69745f6964150c1600161c162e26002608291c15041500150200000026001c150c192500061918057469746c65150c1600161c162e26002636291c15041500150200000026001c150c19250006191804756e6974150c1600161c162e26002664291c15041500150200000026001c150c1925000619180b70726f76696465725f6964150c1600161c162e2600269201291c15041500150200000026001c150a192500061918066265666f7265150c1600161c162e260026c001291c15041500150200000026001c150a192500061918056166746572150c1600161c162e260026ee01291c15041500150200000026001c150a19250006191806746172676574150c1600161c162e2600269c02291c15041500150200000026001c150a192500061918076d6178696d756d150c1600161c162e260026ca02291c15041500150200000016e0011600260816f00200191c180c4152524f573a736368656d6118ec042f2f2f2f2f38674241414151414141414141414b41417741426741464141674143674141414141424241414d414141414341414941414141424141494141414142414141414167414141426b415141414b414541415077414141444d414141416c41414141475141414141304141414142414141414d7a2b2f2f3841414145444541414141426741414141454141414141414141414163414141427459586870625856744148722f2f2f3841414149412b50372f2f77414141514d5141414141474141414141514141414141414141414267414141485268636d646c6441414170762f2f2f7741414167416b2f2f2f2f414141424178414141414159414141414241414141414141414141464141414159575a305a584941414144532f2f2f2f414141434146442f2f2f384141414544454141414143414141414145414141414141414141415941414142695a575a76636d55414141414142674149414159414267414141414141416743452f2f2f2f4141414242524141414141634141414142414141414141414141414c4141414163484a76646d6c6b5a584a666157514164502f2f2f37442f2f2f38414141454645414141414267414141414541414141414141414141514141414231626d6c3041414141414a7a2f2f2f2f592f2f2f2f414141424252414141414159414141414241414141414141414141464141414164476c3062475541414144452f2f2f2f45414155414167414267414841417741414141514142414141414141414145464541414141434141414141454141414141414141414167414141427361573170644639705a414141414141454141514142414141414141414141413d001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31198c1c00001c00001c00001c00001c00001c00001c00001c000000b404000050415231');
INSERT INTO public.plan_tables VALUES ('waits', 'decisions', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd2000010000150419ac35001806736368656d61151200150c2502180a70617469656e745f696425004c1c000000150c2502181066726f6d5f70726f76696465725f696425004c1c000000150c2502181470726f706f7365645f70726f76696465725f696425004c1c000000150c250218086465636973696f6e25004c1c000000150c2502180e746f5f70726f76696465725f696425004c1c000000150c2502180572756c657325004c1c000000150c25021806726561736f6e25004c1c000000150c2502180a646563696465645f627925004c1c00000015042502180a646563696465645f617425144c8c111c2c00000000001600191c199c26001c150c1925000619180a70617469656e745f6964150c1600161c162e26002608291c15041500150200000026001c150c1925000619181066726f6d5f70726f76696465725f6964150c1600161c162e26002636291c15041500150200000026001c150c1925000619181470726f706f7365645f70726f76696465725f6964150c1600161c162e26002664291c15041500150200000026001c150c192500061918086465636973696f6e150c1600161c162e2600269201291c15041500150200000026001c150c1925000619180e746f5f70726f76696465725f6964150c1600161c162e260026c001291c15041500150200000026001c150c1925000619180572756c6573150c1600161c162e260026ee01291c15041500150200000026001c150c19250006191806726561736f6e150c1600161c162e2600269c02291c15041500150200000026001c150c1925000619180a646563696465645f6279150c1600161c162e260026ca02291c15041500150200000026001c15041925000619180a646563696465645f6174150c1600161c162e260026f802291c15041500150200000016fc0116002608169e0300191c180c4152524f573a736368656d6118e0052f2f2f2f2f79414341414151414141414141414b41417741426741464141674143674141414141424241414d41414141434141494141414142414149414141414241414141416b4141414338415141416441454141446742414141494151414131414141414b674141414238414141415441414141415141414142342f762f2f41414142436841414141416b4141414142414141414141414141414b414141415a47566a6157526c5a463968644141414341414d4141594143414149414141414141414341415141414141444141414156565244414c7a2b2f2f384141414546454141414142774141414145414141414141414141416f414141426b5a574e705a47566b58324a35414143732f762f2f3650372f2f7741414151555141414141474141414141514141414141414141414267414141484a6c59584e76626741413150372f2f78442f2f2f384141414546454141414142674141414145414141414141414141415541414142796457786c6377414141507a2b2f2f38342f2f2f2f4141414242524141414141674141414142414141414141414141414f414141416447396663484a76646d6c6b5a584a666157514141437a2f2f2f396f2f2f2f2f41414142425241414141416341414141424141414141414141414149414141415a47566a61584e70623234414141414157502f2f2f35542f2f2f38414141454645414141414367414141414541414141414141414142514141414277636d397762334e6c5a463977636d39326157526c636c39705a414141414143512f2f2f2f7a502f2f2f77414141515551414141414a4141414141514141414141414141414541414141475a796232316663484a76646d6c6b5a584a66615751414141414178502f2f2f78414146414149414159414277414d4141414145414151414141414141414242524141414141674141414142414141414141414141414b414141416347463061575675644639705a41414142414145414151414141414141414141001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31199c1c00001c00001c00001c00001c00001c00001c00001c00001c000000d705000050415231');
INSERT INTO public.plan_tables VALUES ('waits', 'visits', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504199c35001806736368656d61151000150c2502180876697369745f696425004c1c000000150c2502180a70617469656e745f696425004c1c000000150c2502180b666163696c6974795f696425004c1c0000001502250218026f6e250c4c6c000000150c2502180b70726f76696465725f696425004c1c000000150c2502180e746f5f70726f76696465725f696425004c1c000000150c25021806616374696f6e25004c1c000000150c25021806726561736f6e25004c1c0000001600191c198c26001c150c1925000619180876697369745f6964150c1600161c162e26002608291c15041500150200000026001c150c1925000619180a70617469656e745f6964150c1600161c162e26002636291c15041500150200000026001c150c1925000619180b666163696c6974795f6964150c1600161c162e26002664291c15041500150200000026001c1502192500061918026f6e150c1600161c162e2600269201291c15041500150200000026001c150c1925000619180b70726f76696465725f6964150c1600161c162e260026c001291c15041500150200000026001c150c1925000619180e746f5f70726f76696465725f6964150c1600161c162e260026ee01291c15041500150200000026001c150c19250006191806616374696f6e150c1600161c162e2600269c02291c15041500150200000026001c150c19250006191806726561736f6e150c1600161c162e260026ca02291c15041500150200000016e0011600260816f00200191c180c4152524f573a736368656d6118ec042f2f2f2f2f38674241414151414141414141414b41417741426741464141674143674141414141424241414d414141414341414941414141424141494141414142414141414167414141426b415141414a4145414150514141414441414141416b41414141467741414141774141414142414141414d7a2b2f2f384141414546454141414142674141414145414141414141414141415941414142795a57467a62323441414c6a2b2f2f2f302f762f2f414141424252414141414159414141414241414141414141414141474141414159574e3061573975414144672f762f2f48502f2f2f77414141515551414141414941414141415141414141414141414144674141414852765833427962335a705a47567958326c6b414141512f2f2f2f54502f2f2f774141415155514141414148414141414151414141414141414141437741414148427962335a705a47567958326c6b41447a2f2f2f39342f2f2f2f41414142434241414141416341414141424141414141414141414143414141416232344141414141426741494141594142674141414141414141436f2f2f2f2f4141414242524141414141634141414142414141414141414141414c414141415a6d466a6157787064486c66615751416d502f2f2f39542f2f2f384141414546454141414142774141414145414141414141414141416f4141414277595852705a57353058326c6b414144452f2f2f2f45414155414167414267414841417741414141514142414141414141414145464541414141434141414141454141414141414141414167414141423261584e70644639705a414141414141454141514142414141414141414141413d001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31198c1c00001c00001c00001c00001c00001c00001c00001c000000ec04000050415231');
INSERT INTO public.plan_tables VALUES ('plan-1.2', 'statements', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd2000010000150419bc35001806736368656d61151400150c25021806616374696f6e25004c1c000000150c250218046b696e6425004c1c000000150c2502180a70617469656e745f696425004c1c000000150c2502180b666163696c6974795f696425004c1c000000150c250218056c6576656c25004c1c000000150c25021804726f6c6525004c1c000000150c2502181066726f6d5f70726f76696465725f696425004c1c000000150c2502180e746f5f70726f76696465725f696425004c1c000000150425021806726f775f696400150c25021806726561736f6e25004c1c0000001600191c19ac26001c150c19250006191806616374696f6e150c1600161c162e26002608291c15041500150200000026001c150c192500061918046b696e64150c1600161c162e26002636291c15041500150200000026001c150c1925000619180a70617469656e745f6964150c1600161c162e26002664291c15041500150200000026001c150c1925000619180b666163696c6974795f6964150c1600161c162e2600269201291c15041500150200000026001c150c192500061918056c6576656c150c1600161c162e260026c001291c15041500150200000026001c150c19250006191804726f6c65150c1600161c162e260026ee01291c15041500150200000026001c150c1925000619181066726f6d5f70726f76696465725f6964150c1600161c162e2600269c02291c15041500150200000026001c150c1925000619180e746f5f70726f76696465725f6964150c1600161c162e260026ca02291c15041500150200000026001c150419250006191806726f775f6964150c1600161c162e260026f802291c15041500150200000026001c150c19250006191806726561736f6e150c1600161c162e260026a603291c1504150015020000001698021600260816cc0300191c180c4152524f573a736368656d6118ec052f2f2f2f2f79674341414151414141414141414b41417741426741464141674143674141414141424241414d41414141434141494141414142414149414141414241414141416f414141444d415141416b41454141474142414141774151414142414541414e67414141436741414141624141414144414141414145414141416250372f2f7741414151555141414141474141414141514141414141414141414267414141484a6c59584e76626741415850372f2f35542b2f2f384141414543454141414143414141414145414141414141414141415941414142796233646661575141414167414441414941416341434141414141414141414641414141417a50372f2f77414141515551414141414941414141415141414141414141414144674141414852765833427962335a705a47567958326c6b414144452f762f2f2f50372f2f77414141515551414141414a4141414141514141414141414141414541414141475a796232316663484a76646d6c6b5a584a6661575141414141412b50372f2f7a442f2f2f384141414546454141414142674141414145414141414141414141415141414142796232786c414141414143442f2f2f39592f2f2f2f4141414242524141414141594141414142414141414141414141414641414141624756325a577741414142492f2f2f2f67502f2f2f7741414151555141414141484141414141514141414141414141414377414141475a6859326c736158523558326c6b4148542f2f2f2b732f2f2f2f4141414242524141414141634141414142414141414141414141414b414141416347463061575675644639705a4141416f502f2f2f396a2f2f2f384141414546454141414142674141414145414141414141414141415141414142726157356b41414141414d6a2f2f2f385141425141434141474141634144414141414241414541414141414141415155514141414148414141414151414141414141414141426741414147466a64476c766267414142414145414151414141413d001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e3119ac1c00001c00001c00001c00001c00001c00001c00001c00001c00001c000000ea05000050415231');
INSERT INTO public.plan_tables VALUES ('plan-1.2', 'moves', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd2000010000150419cc35001806736368656d61151600150c2502180a70617469656e745f696425004c1c000000150c2502180b666163696c6974795f696425004c1c000000150c25021806616374696f6e25004c1c000000150c2502181066726f6d5f70726f76696465725f696425004c1c000000150c2502180e746f5f70726f76696465725f696425004c1c000000150c2502180376696125004c1c000000150425021806726f775f696400150c2502180b726561736f6e5f636f646525004c1c000000150c25021806726561736f6e25004c1c000000150a2502180c6d696c65735f6265666f726500150a2502180b6d696c65735f6166746572001600191c19bc26001c150c1925000619180a70617469656e745f6964150c1600161c162e26002608291c15041500150200000026001c150c1925000619180b666163696c6974795f6964150c1600161c162e26002636291c15041500150200000026001c150c19250006191806616374696f6e150c1600161c162e26002664291c15041500150200000026001c150c1925000619181066726f6d5f70726f76696465725f6964150c1600161c162e2600269201291c15041500150200000026001c150c1925000619180e746f5f70726f76696465725f6964150c1600161c162e260026c001291c15041500150200000026001c150c19250006191803766961150c1600161c162e260026ee01291c15041500150200000026001c150419250006191806726f775f6964150c1600161c162e2600269c02291c15041500150200000026001c150c1925000619180b726561736f6e5f636f6465150c1600161c162e260026ca02291c15041500150200000026001c150c19250006191806726561736f6e150c1600161c162e260026f802291c15041500150200000026001c150a1925000619180c6d696c65735f6265666f7265150c1600161c162e260026a603291c15041500150200000026001c150a1925000619180b6d696c65735f6166746572150c1600161c162e260026d403291c15041500150200000016b4021600260816fa0300191c180c4152524f573a736368656d6118cc062f2f2f2f2f33414341414151414141414141414b41417741426741464141674143674141414141424241414d414141414341414941414141424141494141414142414141414173414141414d416741417a414541414b41424141426f415141414e4145414141774241414451414141416f414141414851414141413441414141424141414144442b2f2f384141414544454141414142774141414145414141414141414141417341414142746157786c633139685a6e526c6367444f2f2f2f2f414141434147442b2f2f384141414544454141414143514141414145414141414141414141417741414142746157786c633139695a575a76636d554141415941434141474141594141414141414149416d50372f2f7741414151555141414141474141414141514141414141414141414267414141484a6c59584e76626741416850372f2f38442b2f2f384141414546454141414142774141414145414141414141414141417341414142795a57467a623235665932396b5a5143772f762f2f3750372f2f7741414151495141414141494141414141514141414141414141414267414141484a76643139705a4141414341414d41416741427741494141414141414141415541414141416b2f2f2f2f4141414242524141414141554141414142414141414141414141414441414141646d6c6841417a2f2f2f39492f2f2f2f4141414242524141414141674141414142414141414141414141414f414141416447396663484a76646d6c6b5a584a666157514141447a2f2f2f39342f2f2f2f41414142425241414141416b41414141424141414141414141414151414141415a6e4a7662563977636d39326157526c636c39705a414141414142772f2f2f2f72502f2f2f774141415155514141414147414141414151414141414141414141426741414147466a64476c76626741416d502f2f2f39542f2f2f3841414145464541414141427741414141454141414141414141414173414141426d59574e7062476c30655639705a4144452f2f2f2f4541415541416741426741484141774141414151414241414141414141414546454141414143414141414145414141414141414141416f4141414277595852705a57353058326c6b414141454141514142414141414141414141413d001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e3119bc1c00001c00001c00001c00001c00001c00001c00001c00001c00001c00001c000000a206000050415231');
INSERT INTO public.plan_tables VALUES ('plan-1.2', 'left', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504198c35001806736368656d61150e00150c2502180a70617469656e745f696425004c1c000000150c2502180b70726f76696465725f696425004c1c00000015042502180a636f6e7369646572656400150425021808656c696769626c6500150c2502180b726561736f6e5f636f646525004c1c000000150c25021806726561736f6e25004c1c000000150c25021808776179735f6f757425004c1c0000001600191c197c26001c150c1925000619180a70617469656e745f6964150c1600161c162e26002608291c15041500150200000026001c150c1925000619180b70726f76696465725f6964150c1600161c162e26002636291c15041500150200000026001c15041925000619180a636f6e73696465726564150c1600161c162e26002664291c15041500150200000026001c150419250006191808656c696769626c65150c1600161c162e2600269201291c15041500150200000026001c150c1925000619180b726561736f6e5f636f6465150c1600161c162e260026c001291c15041500150200000026001c150c19250006191806726561736f6e150c1600161c162e260026ee01291c15041500150200000026001c150c19250006191808776179735f6f7574150c1600161c162e2600269c02291c15041500150200000016c4011600260816c20200191c180c4152524f573a736368656d6118c0042f2f2f2f2f36674241414151414141414141414b41417741426741464141674143674141414141424241414d41414141434141494141414142414149414141414241414141416341414142494151414143414541414d67414141435141414141594141414144514141414145414141413550372f2f774141415155514141414148414141414151414141414141414141434141414148646865584e666233563041414141414e542b2f2f38512f2f2f2f4141414242524141414141594141414142414141414141414141414741414141636d566863323975414144382f762f2f4f502f2f2f7741414151555141414141484141414141514141414141414141414377414141484a6c59584e76626c396a6232526c41436a2f2f2f396b2f2f2f2f41414142416841414141416341414141424141414141414141414149414141415a5778705a326c6962475541414141417a502f2f2f77414141414641414141416d502f2f2f77414141514951414141414a4141414141514141414141414141414367414141474e76626e4e705a4756795a5751414141674144414149414163414341414141414141414146414141414131502f2f2f774141415155514141414148414141414151414141414141414141437741414148427962335a705a47567958326c6b414d542f2f2f385141425141434141474141634144414141414241414541414141414141415155514141414149414141414151414141414141414141436741414148426864476c6c626e526661575141414151414241414541414141001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31197c1c00001c00001c00001c00001c00001c00001c0000007804000050415231');
INSERT INTO public.plan_tables VALUES ('plan-1.2', 'review', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504195c35001806736368656d61150800150c2502180a70617469656e745f696425004c1c000000150c2502180b70726f76696465725f696425004c1c000000150c2502180b726561736f6e5f636f646525004c1c000000150c25021806726561736f6e25004c1c0000001600191c194c26001c150c1925000619180a70617469656e745f6964150c1600161c162e26002608291c15041500150200000026001c150c1925000619180b70726f76696465725f6964150c1600161c162e26002636291c15041500150200000026001c150c1925000619180b726561736f6e5f636f6465150c1600161c162e26002664291c15041500150200000026001c150c19250006191806726561736f6e150c1600161c162e2600269201291c15041500150200000016701600260816b80100191c180c4152524f573a736368656d6118e0022f2f2f2f2f77414241414151414141414141414b41417741426741464141674143674141414141424241414d4141414143414149414141414241414941414141424141414141514141414367414141415941414141444141414141454141414167502f2f2f7741414151555141414141474141414141514141414141414141414267414141484a6c59584e766267414162502f2f2f366a2f2f2f384141414546454141414142774141414145414141414141414141417341414142795a57467a623235665932396b5a5143592f2f2f2f31502f2f2f774141415155514141414148414141414151414141414141414141437741414148427962335a705a47567958326c6b414d542f2f2f385141425141434141474141634144414141414241414541414141414141415155514141414149414141414151414141414141414141436741414148426864476c6c626e526661575141414151414241414541414141001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31194c1c00001c00001c00001c000000d302000050415231');
INSERT INTO public.plan_tables VALUES ('plan-1.2', 'loads', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504199c35001806736368656d61151000150c250218086c696d69745f696425004c1c000000150c250218057469746c6525004c1c000000150c25021804756e697425004c1c000000150c2502180b70726f76696465725f696425004c1c000000150a250218066265666f726500150a25021805616674657200150a2502180674617267657400150a250218076d6178696d756d001600191c198c26001c150c192500061918086c696d69745f6964150c1600161c162e26002608291c15041500150200000026001c150c192500061918057469746c65150c1600161c162e26002636291c15041500150200000026001c150c19250006191804756e6974150c1600161c162e26002664291c15041500150200000026001c150c1925000619180b70726f76696465725f6964150c1600161c162e2600269201291c15041500150200000026001c150a192500061918066265666f7265150c1600161c162e260026c001291c15041500150200000026001c150a192500061918056166746572150c1600161c162e260026ee01291c15041500150200000026001c150a19250006191806746172676574150c1600161c162e2600269c02291c15041500150200000026001c150a192500061918076d6178696d756d150c1600161c162e260026ca02291c15041500150200000016e0011600260816f00200191c180c4152524f573a736368656d6118ec042f2f2f2f2f38674241414151414141414141414b41417741426741464141674143674141414141424241414d414141414341414941414141424141494141414142414141414167414141426b415141414b414541415077414141444d414141416c41414141475141414141304141414142414141414d7a2b2f2f3841414145444541414141426741414141454141414141414141414163414141427459586870625856744148722f2f2f3841414149412b50372f2f77414141514d5141414141474141414141514141414141414141414267414141485268636d646c6441414170762f2f2f7741414167416b2f2f2f2f414141424178414141414159414141414241414141414141414141464141414159575a305a584941414144532f2f2f2f414141434146442f2f2f384141414544454141414143414141414145414141414141414141415941414142695a575a76636d55414141414142674149414159414267414141414141416743452f2f2f2f4141414242524141414141634141414142414141414141414141414c4141414163484a76646d6c6b5a584a666157514164502f2f2f37442f2f2f38414141454645414141414267414141414541414141414141414141514141414231626d6c3041414141414a7a2f2f2f2f592f2f2f2f414141424252414141414159414141414241414141414141414141464141414164476c3062475541414144452f2f2f2f45414155414167414267414841417741414141514142414141414141414145464541414141434141414141454141414141414141414167414141427361573170644639705a414141414141454141514142414141414141414141413d001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31198c1c00001c00001c00001c00001c00001c00001c00001c000000b404000050415231');
INSERT INTO public.plan_tables VALUES ('plan-1.2', 'decisions', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd2000010000150419ac35001806736368656d61151200150c2502180a70617469656e745f696425004c1c000000150c2502181066726f6d5f70726f76696465725f696425004c1c000000150c2502181470726f706f7365645f70726f76696465725f696425004c1c000000150c250218086465636973696f6e25004c1c000000150c2502180e746f5f70726f76696465725f696425004c1c000000150c2502180572756c657325004c1c000000150c25021806726561736f6e25004c1c000000150c2502180a646563696465645f627925004c1c00000015042502180a646563696465645f617425144c8c111c2c00000000001600191c199c26001c150c1925000619180a70617469656e745f6964150c1600161c162e26002608291c15041500150200000026001c150c1925000619181066726f6d5f70726f76696465725f6964150c1600161c162e26002636291c15041500150200000026001c150c1925000619181470726f706f7365645f70726f76696465725f6964150c1600161c162e26002664291c15041500150200000026001c150c192500061918086465636973696f6e150c1600161c162e2600269201291c15041500150200000026001c150c1925000619180e746f5f70726f76696465725f6964150c1600161c162e260026c001291c15041500150200000026001c150c1925000619180572756c6573150c1600161c162e260026ee01291c15041500150200000026001c150c19250006191806726561736f6e150c1600161c162e2600269c02291c15041500150200000026001c150c1925000619180a646563696465645f6279150c1600161c162e260026ca02291c15041500150200000026001c15041925000619180a646563696465645f6174150c1600161c162e260026f802291c15041500150200000016fc0116002608169e0300191c180c4152524f573a736368656d6118e0052f2f2f2f2f79414341414151414141414141414b41417741426741464141674143674141414141424241414d41414141434141494141414142414149414141414241414141416b4141414338415141416441454141446742414141494151414131414141414b674141414238414141415441414141415141414142342f762f2f41414142436841414141416b4141414142414141414141414141414b414141415a47566a6157526c5a463968644141414341414d4141594143414149414141414141414341415141414141444141414156565244414c7a2b2f2f384141414546454141414142774141414145414141414141414141416f414141426b5a574e705a47566b58324a35414143732f762f2f3650372f2f7741414151555141414141474141414141514141414141414141414267414141484a6c59584e76626741413150372f2f78442f2f2f384141414546454141414142674141414145414141414141414141415541414142796457786c6377414141507a2b2f2f38342f2f2f2f4141414242524141414141674141414142414141414141414141414f414141416447396663484a76646d6c6b5a584a666157514141437a2f2f2f396f2f2f2f2f41414142425241414141416341414141424141414141414141414149414141415a47566a61584e70623234414141414157502f2f2f35542f2f2f38414141454645414141414367414141414541414141414141414142514141414277636d397762334e6c5a463977636d39326157526c636c39705a414141414143512f2f2f2f7a502f2f2f77414141515551414141414a4141414141514141414141414141414541414141475a796232316663484a76646d6c6b5a584a66615751414141414178502f2f2f78414146414149414159414277414d4141414145414151414141414141414242524141414141674141414142414141414141414141414b414141416347463061575675644639705a41414142414145414151414141414141414141001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31199c1c00001c00001c00001c00001c00001c00001c00001c00001c000000d705000050415231');
INSERT INTO public.plan_tables VALUES ('plan-1.2', 'visits', '\x504152311504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504150015124c1500150012000028b52ffd20000100001504199c35001806736368656d61151000150c2502180876697369745f696425004c1c000000150c2502180a70617469656e745f696425004c1c000000150c2502180b666163696c6974795f696425004c1c0000001502250218026f6e250c4c6c000000150c2502180b70726f76696465725f696425004c1c000000150c2502180e746f5f70726f76696465725f696425004c1c000000150c25021806616374696f6e25004c1c000000150c25021806726561736f6e25004c1c0000001600191c198c26001c150c1925000619180876697369745f6964150c1600161c162e26002608291c15041500150200000026001c150c1925000619180a70617469656e745f6964150c1600161c162e26002636291c15041500150200000026001c150c1925000619180b666163696c6974795f6964150c1600161c162e26002664291c15041500150200000026001c1502192500061918026f6e150c1600161c162e2600269201291c15041500150200000026001c150c1925000619180b70726f76696465725f6964150c1600161c162e260026c001291c15041500150200000026001c150c1925000619180e746f5f70726f76696465725f6964150c1600161c162e260026ee01291c15041500150200000026001c150c19250006191806616374696f6e150c1600161c162e2600269c02291c15041500150200000026001c150c19250006191806726561736f6e150c1600161c162e260026ca02291c15041500150200000016e0011600260816f00200191c180c4152524f573a736368656d6118ec042f2f2f2f2f38674241414151414141414141414b41417741426741464141674143674141414141424241414d414141414341414941414141424141494141414142414141414167414141426b415141414a4145414150514141414441414141416b41414141467741414141774141414142414141414d7a2b2f2f384141414546454141414142674141414145414141414141414141415941414142795a57467a62323441414c6a2b2f2f2f302f762f2f414141424252414141414159414141414241414141414141414141474141414159574e3061573975414144672f762f2f48502f2f2f77414141515551414141414941414141415141414141414141414144674141414852765833427962335a705a47567958326c6b414141512f2f2f2f54502f2f2f774141415155514141414148414141414151414141414141414141437741414148427962335a705a47567958326c6b41447a2f2f2f39342f2f2f2f41414142434241414141416341414141424141414141414141414143414141416232344141414141426741494141594142674141414141414141436f2f2f2f2f4141414242524141414141634141414142414141414141414141414c414141415a6d466a6157787064486c66615751416d502f2f2f39542f2f2f384141414546454141414142774141414145414141414141414141416f4141414277595852705a57353058326c6b414144452f2f2f2f45414155414167414267414841417741414141514142414141414141414145464541414141434141414141454141414141414141414167414141423261584e70644639705a414141414141454141514142414141414141414141413d001820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31198c1c00001c00001c00001c00001c00001c00001c00001c000000ec04000050415231');
INSERT INTO public.plans VALUES ('plan-1', '{"plan_id":"plan-1","kind":"rebalance","title":"Rebalance","slot":{"level":"primary","role":"physician"},"as_of":"2026-12-01","effective_on":"2026-12-01","base_revision":1,"created_at":"2026-11-21T12:00:00Z","actor":"ann","counts":{"population":3,"in_scope":3,"assign":0,"move":1,"keep":2,"left":0,"review":0,"statements":1},"scope":{"practices":[],"facilities":[],"regions":[],"states":[],"providers":[],"patients":[]},"scenario":{"departures":[],"leaves":[],"closures":[],"mergers":[],"capacities":[]},"objective":null,"rules":null,"outcome":null,"terms":[],"notes":[],"reverts":"","snapshot_digest":"","revises":"","existing_visits":{"action":"keep","after":null},"review_on":null}', 1795262400000000, 'committed', 1795262400000000, 'ann', 2);
INSERT INTO public.plans VALUES ('waits', '{"plan_id":"waits","kind":"rebalance","title":"Rebalance","slot":{"level":"primary","role":"physician"},"as_of":"2026-12-01","effective_on":"2026-12-01","base_revision":1,"created_at":"2026-11-21T12:00:00Z","actor":"ann","counts":{"population":3,"in_scope":3,"assign":0,"move":1,"keep":2,"left":0,"review":0,"statements":1},"scope":{"practices":[],"facilities":[],"regions":[],"states":[],"providers":[],"patients":[]},"scenario":{"departures":[],"leaves":[],"closures":[],"mergers":[],"capacities":[]},"objective":null,"rules":null,"outcome":null,"terms":[],"notes":[],"reverts":"","snapshot_digest":"5edd0a40809a7bb5f4581825a78b1f818176ffc889b9e21c64e5728d6b99c124","revises":"","existing_visits":{"action":"keep","after":null},"review_on":null}', 1795262400000000, 'ready', 1795262400000000, 'ann', 0);
INSERT INTO public.plans VALUES ('plan-1.2', '{"plan_id":"plan-1.2","kind":"rebalance","title":"Rebalance","slot":{"level":"primary","role":"physician"},"as_of":"2026-12-01","effective_on":"2026-12-01","base_revision":1,"created_at":"2026-11-21T12:00:00Z","actor":"ann","counts":{"population":3,"in_scope":3,"assign":0,"move":1,"keep":2,"left":0,"review":0,"statements":1},"scope":{"practices":[],"facilities":[],"regions":[],"states":[],"providers":[],"patients":[]},"scenario":{"departures":[],"leaves":[],"closures":[],"mergers":[],"capacities":[]},"objective":null,"rules":null,"outcome":null,"terms":[],"notes":[],"reverts":"","snapshot_digest":"","revises":"plan-1","existing_visits":{"action":"keep","after":null},"review_on":null}', 1795262400000000, 'waiting', 1795348800000000, 'rea', 0);
INSERT INTO public.providers VALUES ('P1', 'Ada', 'physician', '', NULL, NULL, true, true, 'new', NULL, NULL, '', 'en|es', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.providers VALUES ('P2', 'Ben', 'physician', '', NULL, NULL, true, true, 'new', NULL, NULL, '', '', NULL, NULL, NULL, NULL, NULL, NULL, 12.5, NULL, NULL, NULL, NULL);
INSERT INTO public.rejections VALUES (1, 'A2', 'P2', 'primary', 'physician', 'family', 'plan-1', 'rea', 1795348800000000, NULL, '');
INSERT INTO public.rejections VALUES (2, 'A3', 'P2', 'primary', 'physician', 'family', 'plan-1', 'rea', 1795348800000000, NULL, '');
INSERT INTO public.revision VALUES (1, 2);
INSERT INTO public.schedules VALUES ('nightly', 1795262400000000, 1795262400000000);
INSERT INTO public.snapshots VALUES ('5edd0a40809a7bb5f4581825a78b1f818176ffc889b9e21c64e5728d6b99c124', '{"as_of": "2026-12-01", "tables": {"absences": "8787c866a90bbfa0eec12c80fec559c9481fe880b45d0724ea30c0d5349363dd", "agencies": "5782ed867af6a56499c5d5d0e10f47d21012a6ea10dbc356e9af903d275ee3a9", "assignments": "26db99ccd7dc3859c31b5454790c9288ee2ed7aa56be005e7e1ea6cffacf9351", "credentials": "81b995469dfd63e05feca0e7fbbce7af7c9a9c84184593fca4030eb42033d326", "facilities": "f0ddfa8114e94c105baf6e8f6336f5f527af7455087a1fa3347ec8b304f0eac9", "groups": "9173aa7b2f7849158d01a8dde16bcf1dc4a72c835a1d58e7d3a92ee9bcbd7e73", "insurances": "9e8f6b7b5e317fb35ba52c6743c9e8280902584673b2b5122197f9e5b54f817d", "licenses": "142babe11dce7c4bca1ee79e83e79191a095479ee4060eec8a4ab0648cdcdf55", "participations": "779b3e8a2dc0c6ff9b37312bff56bb323da52eac64ab7aaa86aa1303ec712576", "patients": "ecd0ad27c7dabc023317e5199d7958a3209abd0565f48131fcddf105df81c82b", "pins": "78bf5d36bafd9b3e20e3d2915e13bd7b9baf606b94ca34fa853616ac158f4e82", "practices": "33ef618bcf2e52e959576dc57b99db8b923cb17dda06d56bac9e71df1ab901d8", "programs": "e3be254207bcae1c2e0ab4f1bb3d89e350877e80a845952692b1a6540b47dde7", "providers": "0b2d1c437304650b60098aa187257fd9487d4277f149bc16b8454e2ecb1381af", "visits": "309bdd355262e4ed29be91d2601200903c156e91d482b8e99c0d6b502623eaba"}}');
INSERT INTO public.webhooks VALUES ('hook-1', 'https://example.org/hook', '["moved"]', 'sealed', 1795262400000000, 'ann', false);
INSERT INTO public_queue.procrastinate_events VALUES (1, 1, 'deferred', '2026-11-22 04:50:59.230465+00');
INSERT INTO public_queue.procrastinate_events VALUES (2, 2, 'deferred', '2026-11-22 04:50:59.244992+00');
INSERT INTO public_queue.procrastinate_events VALUES (3, 3, 'deferred', '2026-11-22 04:50:59.247496+00');
INSERT INTO public_queue.procrastinate_jobs VALUES (1, 'jobs', 'run_job', 0, NULL, NULL, '{"job_id": "job-1"}', 'todo', NULL, 0, false, NULL);
INSERT INTO public_queue.procrastinate_jobs VALUES (2, 'jobs', 'run_job', 0, NULL, NULL, '{"job_id": "job-2"}', 'todo', NULL, 0, false, NULL);
INSERT INTO public_queue.procrastinate_jobs VALUES (3, 'jobs', 'run_job', 0, NULL, NULL, '{"job_id": "job-3"}', 'todo', NULL, 0, false, NULL);
SELECT pg_catalog.setval('public.assignments_row_id_seq', 4, true);
SELECT pg_catalog.setval('public.audit_event_id_seq', 10, true);
SELECT pg_catalog.setval('public.deliveries_delivery_id_seq', 1, true);
SELECT pg_catalog.setval('public.finding_runs_run_id_seq', 1, false);
SELECT pg_catalog.setval('public.outbox_message_id_seq', 2, true);
SELECT pg_catalog.setval('public.rejections_rejection_id_seq', 2, true);
SELECT pg_catalog.setval('public.rule_books_entry_id_seq', 1, false);
SELECT pg_catalog.setval('public_queue.procrastinate_events_id_seq', 3, true);
SELECT pg_catalog.setval('public_queue.procrastinate_jobs_id_seq', 3, true);
SELECT pg_catalog.setval('public_queue.procrastinate_periodic_defers_id_seq', 1, false);
SELECT pg_catalog.setval('public_queue.procrastinate_workers_id_seq', 1, false);
ALTER TABLE ONLY public.absences
    ADD CONSTRAINT absences_pkey PRIMARY KEY (provider_id, starts_on);
ALTER TABLE ONLY public.activations
    ADD CONSTRAINT activations_pkey PRIMARY KEY (plan_id);
ALTER TABLE ONLY public.agencies
    ADD CONSTRAINT agencies_pkey PRIMARY KEY (agency_id);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT assignments_overlap EXCLUDE USING gist (hashtextextended(subject, (0)::bigint) WITH =, subject WITH =, daterange(starts_on, ends_on) WITH &&) WHERE ((superseded_at IS NULL));
ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT assignments_pkey PRIMARY KEY (row_id);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY public.commits
    ADD CONSTRAINT commits_idempotency_key_key UNIQUE (idempotency_key);
ALTER TABLE ONLY public.commits
    ADD CONSTRAINT commits_pkey PRIMARY KEY (revision);
ALTER TABLE ONLY public.commits
    ADD CONSTRAINT commits_plan_id_key UNIQUE (plan_id);
ALTER TABLE ONLY public.consents
    ADD CONSTRAINT consents_pkey PRIMARY KEY (plan_id, kind, agency_id, practice_id);
ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_pkey PRIMARY KEY (provider_id, credential);
ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_once UNIQUE (subscription_id, message_id);
ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (delivery_id);
ALTER TABLE ONLY public.facilities
    ADD CONSTRAINT facilities_pkey PRIMARY KEY (facility_id);
ALTER TABLE ONLY public.files
    ADD CONSTRAINT files_pkey PRIMARY KEY (digest);
ALTER TABLE ONLY public.finding_runs
    ADD CONSTRAINT finding_runs_pkey PRIMARY KEY (run_id);
ALTER TABLE ONLY public.groups
    ADD CONSTRAINT groups_pkey PRIMARY KEY (group_id);
ALTER TABLE ONLY public.insurances
    ADD CONSTRAINT insurances_pkey PRIMARY KEY (insurance_id);
ALTER TABLE ONLY public.job_results
    ADD CONSTRAINT job_results_pkey PRIMARY KEY (job_id);
ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (job_id);
ALTER TABLE ONLY public.licenses
    ADD CONSTRAINT licenses_pkey PRIMARY KEY (provider_id, state, type);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (message_id);
ALTER TABLE ONLY public.participations
    ADD CONSTRAINT participations_pkey PRIMARY KEY (provider_id, insurance_id);
ALTER TABLE ONLY public.patients
    ADD CONSTRAINT patients_pkey PRIMARY KEY (patient_id);
ALTER TABLE ONLY public.pins
    ADD CONSTRAINT pins_pkey PRIMARY KEY (patient_id, provider_id, level, role);
ALTER TABLE ONLY public.plan_tables
    ADD CONSTRAINT plan_tables_pkey PRIMARY KEY (plan_id, name);
ALTER TABLE ONLY public.plans
    ADD CONSTRAINT plans_pkey PRIMARY KEY (plan_id);
ALTER TABLE ONLY public.practices
    ADD CONSTRAINT practices_pkey PRIMARY KEY (practice_id);
ALTER TABLE ONLY public.programs
    ADD CONSTRAINT programs_pkey PRIMARY KEY (program_id);
ALTER TABLE ONLY public.providers
    ADD CONSTRAINT providers_pkey PRIMARY KEY (provider_id);
ALTER TABLE ONLY public.rejections
    ADD CONSTRAINT rejections_pkey PRIMARY KEY (rejection_id);
ALTER TABLE ONLY public.revision
    ADD CONSTRAINT revision_pkey PRIMARY KEY ("only");
ALTER TABLE ONLY public.rule_books
    ADD CONSTRAINT rule_books_pkey PRIMARY KEY (entry_id);
ALTER TABLE ONLY public.schedules
    ADD CONSTRAINT schedules_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.snapshots
    ADD CONSTRAINT snapshots_pkey PRIMARY KEY (digest);
ALTER TABLE ONLY public.visit_orders
    ADD CONSTRAINT visit_orders_pkey PRIMARY KEY (plan_id, visit_id);
ALTER TABLE ONLY public.visits
    ADD CONSTRAINT visits_pkey PRIMARY KEY (visit_id);
ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_pkey PRIMARY KEY (subscription_id);
ALTER TABLE ONLY public_queue.procrastinate_events
    ADD CONSTRAINT procrastinate_events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public_queue.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public_queue.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public_queue.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp);
ALTER TABLE ONLY public_queue.procrastinate_workers
    ADD CONSTRAINT procrastinate_workers_pkey PRIMARY KEY (id);
CREATE INDEX assignments_facility_id ON public.assignments USING btree (facility_id) WHERE (facility_id IS NOT NULL);
CREATE INDEX assignments_patient_id ON public.assignments USING btree (patient_id) WHERE (patient_id IS NOT NULL);
CREATE INDEX assignments_plan_id ON public.assignments USING btree (plan_id) WHERE (plan_id IS NOT NULL);
CREATE INDEX assignments_superseded_by_plan_id ON public.assignments USING btree (superseded_by_plan_id) WHERE (superseded_by_plan_id IS NOT NULL);
CREATE INDEX deliveries_waiting ON public.deliveries USING btree (next_at) WHERE (state = 'waiting'::text);
CREATE INDEX jobs_created_at ON public.jobs USING btree (created_at);
CREATE INDEX outbox_waiting ON public.outbox USING btree (message_id) WHERE (sent_at IS NULL);
CREATE INDEX plans_created_at ON public.plans USING btree (created_at);
CREATE INDEX idx_procrastinate_jobs_worker_not_null ON public_queue.procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::public_queue.procrastinate_job_status));
CREATE INDEX idx_procrastinate_workers_last_heartbeat ON public_queue.procrastinate_workers USING btree (last_heartbeat);
CREATE INDEX procrastinate_events_job_id_fkey_v1 ON public_queue.procrastinate_events USING btree (job_id);
CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON public_queue.procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::public_queue.procrastinate_job_status, 'doing'::public_queue.procrastinate_job_status]));
CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON public_queue.procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::public_queue.procrastinate_job_status);
CREATE INDEX procrastinate_jobs_priority_idx_v1 ON public_queue.procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::public_queue.procrastinate_job_status);
CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON public_queue.procrastinate_jobs USING btree (queue_name);
CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON public_queue.procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::public_queue.procrastinate_job_status);
CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON public_queue.procrastinate_periodic_defers USING btree (job_id);
CREATE TRIGGER assignments_no_change BEFORE UPDATE OF row_id, kind, patient_id, facility_id, covers_provider_id, level, role, provider_id, starts_on, ends_on, temporary, review_on, reason, recorded_at, recorded_by, plan_id ON public.assignments FOR EACH ROW EXECUTE FUNCTION public.panelwise_refuse('assignments are never changed in place');
COMMENT ON TRIGGER assignments_no_change ON public.assignments IS '755a41ceb345ef81d8555f9afab04d5f388852ec9af3710f40e267a004f6611f';
CREATE TRIGGER assignments_no_delete BEFORE DELETE OR TRUNCATE ON public.assignments FOR EACH STATEMENT EXECUTE FUNCTION public.panelwise_refuse('assignments are never deleted');
COMMENT ON TRIGGER assignments_no_delete ON public.assignments IS '9e74b7170ff5a9ca500455aa9c87184f3246e1b0f87c37b5dfcbfed52e47bed7';
CREATE TRIGGER assignments_superseded_once BEFORE UPDATE OF superseded_at, superseded_by_plan_id ON public.assignments FOR EACH ROW WHEN (((old.superseded_at IS NOT NULL) OR (new.superseded_at IS NULL))) EXECUTE FUNCTION public.panelwise_refuse('an assignment is superseded once');
COMMENT ON TRIGGER assignments_superseded_once ON public.assignments IS '3e9bd8186404f63738d9ea27534d10e3e398c6e2bf524aa64e18885704c9253e';
CREATE TRIGGER audit_no_change BEFORE UPDATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION public.panelwise_refuse('the audit log is never changed');
COMMENT ON TRIGGER audit_no_change ON public.audit IS '017c6548dba7f35c3ac901b3b5d072252500ac7028dd22d85c4491dfe173f9c7';
CREATE TRIGGER audit_no_delete BEFORE DELETE OR TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION public.panelwise_refuse('the audit log is never deleted');
COMMENT ON TRIGGER audit_no_delete ON public.audit IS 'e7adb1a81255cc49dc33196e65bf3f5c5b85b3b8238d5582491c9e757e3a9d36';
CREATE TRIGGER jobs_delivered AFTER INSERT OR UPDATE OF state ON public.jobs FOR EACH ROW WHEN ((new.state = 'queued'::text)) EXECUTE FUNCTION public.panelwise_deliver();
COMMENT ON TRIGGER jobs_delivered ON public.jobs IS '76754ae198a02fde02418560286ff139242caca2ca7b4dc928039efb061d4d9a';
CREATE TRIGGER plan_tables_no_change BEFORE UPDATE ON public.plan_tables FOR EACH STATEMENT EXECUTE FUNCTION public.panelwise_refuse('a plan never changes');
COMMENT ON TRIGGER plan_tables_no_change ON public.plan_tables IS '22f6e6e5925f0c0e563ab3e01f26b550e48907e597b8e31cbd9dbe6f01f69d4f';
CREATE TRIGGER plans_no_change BEFORE UPDATE OF plan_id, header, created_at ON public.plans FOR EACH STATEMENT EXECUTE FUNCTION public.panelwise_refuse('a plan never changes');
COMMENT ON TRIGGER plans_no_change ON public.plans IS 'b76a4bc77abebde4219565a7fcfb4e8edfb2552891ce20ad894f2aa386c845c8';
CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON public_queue.procrastinate_jobs FOR EACH ROW WHEN (((old.abort_requested = false) AND (new.abort_requested = true) AND (new.status = 'doing'::public_queue.procrastinate_job_status))) EXECUTE FUNCTION public_queue.procrastinate_notify_queue_abort_job_v1();
CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 AFTER INSERT ON public_queue.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public_queue.procrastinate_job_status)) EXECUTE FUNCTION public_queue.procrastinate_notify_queue_job_inserted_v1();
CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON public_queue.procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION public_queue.procrastinate_trigger_abort_requested_events_procedure_v1();
CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON public_queue.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public_queue.procrastinate_unlink_periodic_defers_v1();
CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON public_queue.procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::public_queue.procrastinate_job_status))) EXECUTE FUNCTION public_queue.procrastinate_trigger_function_scheduled_events_v1();
CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON public_queue.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public_queue.procrastinate_job_status)) EXECUTE FUNCTION public_queue.procrastinate_trigger_function_status_events_insert_v1();
CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON public_queue.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public_queue.procrastinate_trigger_function_status_events_update_v1();
ALTER TABLE ONLY public.activations
    ADD CONSTRAINT activations_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES public.plans(plan_id);
ALTER TABLE ONLY public.commits
    ADD CONSTRAINT commits_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES public.plans(plan_id);
ALTER TABLE ONLY public.consents
    ADD CONSTRAINT consents_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES public.plans(plan_id);
ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_message_id_fkey FOREIGN KEY (message_id) REFERENCES public.outbox(message_id);
ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT deliveries_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES public.webhooks(subscription_id);
ALTER TABLE ONLY public.job_results
    ADD CONSTRAINT job_results_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.jobs(job_id);
ALTER TABLE ONLY public.plan_tables
    ADD CONSTRAINT plan_tables_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES public.plans(plan_id);
ALTER TABLE ONLY public.visit_orders
    ADD CONSTRAINT visit_orders_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES public.plans(plan_id);
ALTER TABLE ONLY public_queue.procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES public_queue.procrastinate_jobs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public_queue.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES public_queue.procrastinate_workers(id) ON DELETE SET NULL;
ALTER TABLE ONLY public_queue.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public_queue.procrastinate_jobs(id);
ALTER TABLE public.absences ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.activations ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.agencies ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.assignments ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.audit ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.commits ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.consents ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.credentials ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.facilities ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.files ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.finding_runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.groups ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.insurances ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.job_results ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.licenses ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.outbox ENABLE ROW LEVEL SECURITY;
CREATE POLICY panelwise_add ON public.audit FOR INSERT WITH CHECK (true);
COMMENT ON POLICY panelwise_add ON public.audit IS '84110082c371f36af1370e130df2f246d25b6680f0e73e37cbab25d70bccd145';
CREATE POLICY panelwise_add ON public.files FOR INSERT WITH CHECK (true);
COMMENT ON POLICY panelwise_add ON public.files IS '84110082c371f36af1370e130df2f246d25b6680f0e73e37cbab25d70bccd145';
CREATE POLICY panelwise_add ON public.outbox FOR INSERT WITH CHECK (true);
COMMENT ON POLICY panelwise_add ON public.outbox IS '84110082c371f36af1370e130df2f246d25b6680f0e73e37cbab25d70bccd145';
CREATE POLICY panelwise_add ON public.revision FOR INSERT WITH CHECK (true);
COMMENT ON POLICY panelwise_add ON public.revision IS '84110082c371f36af1370e130df2f246d25b6680f0e73e37cbab25d70bccd145';
CREATE POLICY panelwise_add ON public.snapshots FOR INSERT WITH CHECK (true);
COMMENT ON POLICY panelwise_add ON public.snapshots IS '84110082c371f36af1370e130df2f246d25b6680f0e73e37cbab25d70bccd145';
CREATE POLICY panelwise_in_sight ON public.absences USING ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR (EXISTS ( SELECT
   FROM public.providers seen
  WHERE (seen.provider_id = absences.provider_id)))));
COMMENT ON POLICY panelwise_in_sight ON public.absences IS 'f0b6c17e4f43a2d3b083523382eda7fc7054dd5f2aeb701c25d2dc7bc5372628';
CREATE POLICY panelwise_in_sight ON public.activations USING ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR (EXISTS ( SELECT
   FROM public.plans seen
  WHERE (seen.plan_id = activations.plan_id)))));
COMMENT ON POLICY panelwise_in_sight ON public.activations IS 'a34f62f7da0997342c99e257ac7c8204e208da8676124c6fe1dcffb92f415d87';
CREATE POLICY panelwise_in_sight ON public.agencies USING ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR (agency_id = ANY (( SELECT public.panelwise_setting('panelwise.agencies'::text) AS panelwise_setting)::text[]))));
COMMENT ON POLICY panelwise_in_sight ON public.agencies IS '542cdc23daf0f8705b86f5aec2933c750514816a379694c488fb134ba8c2359e';
CREATE POLICY panelwise_in_sight ON public.assignments USING ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR (EXISTS ( SELECT
   FROM public.patients seen
  WHERE (seen.patient_id = assignments.patient_id))) OR (EXISTS ( SELECT
   FROM public.facilities seen
  WHERE (seen.facility_id = assignments.facility_id))) OR (EXISTS ( SELECT
   FROM public.providers seen
  WHERE (seen.provider_id = assignments.covers_provider_id)))));
COMMENT ON POLICY panelwise_in_sight ON public.assignments IS 'c3bf76397b546491e784b88717ecc6236a2e023f1595e4140571f9d5434eda42';
CREATE POLICY panelwise_in_sight ON public.audit USING ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR (actor = current_setting('panelwise.actor'::text, true))));
COMMENT ON POLICY panelwise_in_sight ON public.audit IS '45e28c086bb0f221054eca708e44e07d42535db1855978f10dadeba7b2049081';
CREATE POLICY panelwise_in_sight ON public.commits USING ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR (EXISTS ( SELECT
   FROM public.plans seen
  WHERE (seen.plan_id = commits.plan_id)))));
COMMENT ON POLICY panelwise_in_sight ON public.commits IS '0c694690200b5ecf58f289a803f111d0dc8b0fbb5c74b98ee1c4211cb9d3a778';
CREATE POLICY panelwise_in_sight ON public.consents USING ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR (EXISTS ( SELECT
   FROM public.plans seen
  WHERE (seen.plan_id = consents.plan_id))) OR (practice_id = ANY (( SELECT public.panelwise_practices() AS panelwise_practices)::text[])) OR (agency_id = ANY (( SELECT public.panelwise_setting('panelwise.agencies'::text) AS panelwise_setting)::text[]))));
COMMENT ON POLICY panelwise_in_sight ON public.consents IS 'e63d2984df8693e39f6d7e411066f15e6727a16f508c1d8c132baafd8a0e2536';
CREATE POLICY panelwise_in_sight ON public.credentials USING ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR (EXISTS ( SELECT
   FROM public.providers seen
  WHERE (seen.provider_id = credentials.provider_id)))));
COMMENT ON POLICY panelwise_in_sight ON public.credentials IS 'cbf6cf4fc9b91fbc0206a0a058b3d1ad9c93534c6ac83b8ef751fb35c905c424';
CREATE POLICY panelwise_in_sight ON public.deliveries USING (( SELECT public.panelwise_everywhere() AS panelwise_everywhere));
COMMENT ON POLICY panelwise_in_sight ON public.deliveries IS 'feae069a4a557d0ada64ca16b68270cdc0476ae5e5411f3f1c205e42f97d5837';
CREATE POLICY panelwise_in_sight ON public.facilities USING ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR (practice_id = ANY (( SELECT public.panelwise_practices() AS panelwise_practices)::text[]))));
COMMENT ON POLICY panelwise_in_sight ON public.facilities IS '922e0e40ceb31b98ec86d643579f3acf9199d565c6a23f3f8e003269da6494b4';
CREATE POLICY panelwise_in_sight ON public.files USING (( SELECT public.panelwise_everywhere() AS panelwise_everywhere));
COMMENT ON POLICY panelwise_in_sight ON public.files IS 'feae069a4a557d0ada64ca16b68270cdc0476ae5e5411f3f1c205e42f97d5837';
CREATE POLICY panelwise_in_sight ON public.finding_runs USING (( SELECT public.panelwise_everywhere() AS panelwise_everywhere));
COMMENT ON POLICY panelwise_in_sight ON public.finding_runs IS 'feae069a4a557d0ada64ca16b68270cdc0476ae5e5411f3f1c205e42f97d5837';
CREATE POLICY panelwise_in_sight ON public.groups USING ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR (EXISTS ( SELECT
   FROM public.facilities seen
  WHERE (seen.facility_id = groups.facility_id)))));
COMMENT ON POLICY panelwise_in_sight ON public.groups IS 'ab59251c83d80052b2417bc6c4c28e95d5594e272f3a11e529af2498f2fae563';
CREATE POLICY panelwise_in_sight ON public.insurances USING (( SELECT public.panelwise_everywhere() AS panelwise_everywhere));
COMMENT ON POLICY panelwise_in_sight ON public.insurances IS 'feae069a4a557d0ada64ca16b68270cdc0476ae5e5411f3f1c205e42f97d5837';
CREATE POLICY panelwise_in_sight ON public.job_results USING ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR (EXISTS ( SELECT
   FROM public.jobs seen
  WHERE ((seen.job_id = job_results.job_id) AND (seen.actor = current_setting('panelwise.actor'::text, true)))))));
COMMENT ON POLICY panelwise_in_sight ON public.job_results IS 'e9a43b25ad6505da1e06d6685c21b4d0402d591f8d55c91fa3d802fd4648849c';
CREATE POLICY panelwise_in_sight ON public.jobs USING ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR ((((request)::jsonb #> '{wish,scope,practices}'::text[]) <> '[]'::jsonb) AND (((request)::jsonb #> '{wish,scope,practices}'::text[]) <@ to_jsonb(( SELECT public.panelwise_practices() AS panelwise_practices))))));
COMMENT ON POLICY panelwise_in_sight ON public.jobs IS '9ee44fecbdc02abf8167478c2c43a6ba0fa3257ab161af728aae04f5725e926a';
CREATE POLICY panelwise_in_sight ON public.licenses USING ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR (EXISTS ( SELECT
   FROM public.providers seen
  WHERE (seen.provider_id = licenses.provider_id)))));
COMMENT ON POLICY panelwise_in_sight ON public.licenses IS '17b09cd703f7444476fcacf7b610d1a9007bb565623d8ed336fe3e08b7898422';
CREATE POLICY panelwise_in_sight ON public.outbox USING (( SELECT public.panelwise_everywhere() AS panelwise_everywhere));
COMMENT ON POLICY panelwise_in_sight ON public.outbox IS 'feae069a4a557d0ada64ca16b68270cdc0476ae5e5411f3f1c205e42f97d5837';
CREATE POLICY panelwise_in_sight ON public.participations USING ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR (EXISTS ( SELECT
   FROM public.providers seen
  WHERE (seen.provider_id = participations.provider_id)))));
COMMENT ON POLICY panelwise_in_sight ON public.participations IS '16fd3d5901548fc856fd109b11dd2219c2ae3dd7fbf2868f85a1f61e8c51a3cf';
CREATE POLICY panelwise_in_sight ON public.patients USING ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR (practice_id = ANY (( SELECT public.panelwise_practices() AS panelwise_practices)::text[])) OR ((practice_id IS NULL) AND (EXISTS ( SELECT
   FROM public.facilities seen
  WHERE (seen.facility_id = patients.facility_id))))));
COMMENT ON POLICY panelwise_in_sight ON public.patients IS '6304cbf15940a306d11271a5279374c3bdc98861a21dd1a5060bb1dd328f15fc';
CREATE POLICY panelwise_in_sight ON public.pins USING ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR (EXISTS ( SELECT
   FROM public.patients seen
  WHERE (seen.patient_id = pins.patient_id)))));
COMMENT ON POLICY panelwise_in_sight ON public.pins IS '4f18bac21dc7dba527a7aaa46cbfd9def9c17ee05b0917e086879c3f71130221';
CREATE POLICY panelwise_in_sight ON public.plan_tables USING ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR (EXISTS ( SELECT
   FROM public.plans seen
  WHERE (seen.plan_id = plan_tables.plan_id)))));
COMMENT ON POLICY panelwise_in_sight ON public.plan_tables IS '3a8162456eaafff1712fd8e9de5b9e133b78e9135cc90da0d54a57637cb7b9b6';
CREATE POLICY panelwise_in_sight ON public.plans USING ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR ((((header)::jsonb #> '{scope,practices}'::text[]) <> '[]'::jsonb) AND (((header)::jsonb #> '{scope,practices}'::text[]) <@ to_jsonb(( SELECT public.panelwise_practices() AS panelwise_practices))))));
COMMENT ON POLICY panelwise_in_sight ON public.plans IS '75f410595a4217ae7dc43f331865fcb5e1fc84019a65ab912566422a897d89b3';
CREATE POLICY panelwise_in_sight ON public.practices USING ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR (practice_id = ANY (( SELECT public.panelwise_practices() AS panelwise_practices)::text[]))));
COMMENT ON POLICY panelwise_in_sight ON public.practices IS '922e0e40ceb31b98ec86d643579f3acf9199d565c6a23f3f8e003269da6494b4';
CREATE POLICY panelwise_in_sight ON public.programs USING (( SELECT public.panelwise_everywhere() AS panelwise_everywhere));
COMMENT ON POLICY panelwise_in_sight ON public.programs IS 'feae069a4a557d0ada64ca16b68270cdc0476ae5e5411f3f1c205e42f97d5837';
CREATE POLICY panelwise_in_sight ON public.providers USING ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR (practice_id = ANY (( SELECT public.panelwise_practices() AS panelwise_practices)::text[])) OR (agency_id = ANY (( SELECT public.panelwise_setting('panelwise.agencies'::text) AS panelwise_setting)::text[]))));
COMMENT ON POLICY panelwise_in_sight ON public.providers IS '613ec05e3744c41eb04fb999dd3ef8e9882f0980cf6a953b9ee318fec2c920f4';
CREATE POLICY panelwise_in_sight ON public.rejections USING ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR (EXISTS ( SELECT
   FROM public.patients seen
  WHERE (seen.patient_id = rejections.patient_id)))));
COMMENT ON POLICY panelwise_in_sight ON public.rejections IS '568b8b13ffaf196b0fb97e0142e37d1048f2792fafbacd7a7e7bc02c0e494116';
CREATE POLICY panelwise_in_sight ON public.revision USING (( SELECT public.panelwise_everywhere() AS panelwise_everywhere));
COMMENT ON POLICY panelwise_in_sight ON public.revision IS 'feae069a4a557d0ada64ca16b68270cdc0476ae5e5411f3f1c205e42f97d5837';
CREATE POLICY panelwise_in_sight ON public.rule_books USING (( SELECT public.panelwise_everywhere() AS panelwise_everywhere));
COMMENT ON POLICY panelwise_in_sight ON public.rule_books IS 'feae069a4a557d0ada64ca16b68270cdc0476ae5e5411f3f1c205e42f97d5837';
CREATE POLICY panelwise_in_sight ON public.schedules USING (( SELECT public.panelwise_everywhere() AS panelwise_everywhere));
COMMENT ON POLICY panelwise_in_sight ON public.schedules IS 'feae069a4a557d0ada64ca16b68270cdc0476ae5e5411f3f1c205e42f97d5837';
CREATE POLICY panelwise_in_sight ON public.snapshots USING (( SELECT public.panelwise_everywhere() AS panelwise_everywhere));
COMMENT ON POLICY panelwise_in_sight ON public.snapshots IS 'feae069a4a557d0ada64ca16b68270cdc0476ae5e5411f3f1c205e42f97d5837';
CREATE POLICY panelwise_in_sight ON public.visit_orders USING ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR (EXISTS ( SELECT
   FROM public.patients seen
  WHERE (seen.patient_id = visit_orders.patient_id)))));
COMMENT ON POLICY panelwise_in_sight ON public.visit_orders IS 'bacd87e24c46a034c5bec9a80ece58e1d26e018153cc6d20b1c69cdf29db7ae9';
CREATE POLICY panelwise_in_sight ON public.visits USING ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR (EXISTS ( SELECT
   FROM public.patients seen
  WHERE (seen.patient_id = visits.patient_id)))));
COMMENT ON POLICY panelwise_in_sight ON public.visits IS 'd5d22f86924ef60ab7d482eef5b12e5944821c5df883af7772fa91610f06fed6';
CREATE POLICY panelwise_in_sight ON public.webhooks USING (( SELECT public.panelwise_everywhere() AS panelwise_everywhere));
COMMENT ON POLICY panelwise_in_sight ON public.webhooks IS 'feae069a4a557d0ada64ca16b68270cdc0476ae5e5411f3f1c205e42f97d5837';
CREATE POLICY panelwise_no_more_than_own ON public.jobs AS RESTRICTIVE FOR INSERT WITH CHECK ((( SELECT public.panelwise_everywhere() AS panelwise_everywhere) OR (((((request)::jsonb -> 'principal'::text) ->> 'everywhere'::text) = 'false'::text) AND (((NOT ((((request)::jsonb -> 'principal'::text) -> 'roles'::text) ? 'customer_admin'::text)) AND (COALESCE((((request)::jsonb -> 'principal'::text) ->> 'acting'::text), ''::text) = ''::text)) OR (COALESCE((((request)::jsonb -> 'principal'::text) ->> 'acting'::text), ''::text) = ANY (( SELECT public.panelwise_setting('panelwise.agencies'::text) AS panelwise_setting)::text[]))) AND ((((request)::jsonb -> 'principal'::text) -> 'practices'::text) <@ to_jsonb(( SELECT public.panelwise_setting('panelwise.practices'::text) AS panelwise_setting))) AND ((((request)::jsonb -> 'principal'::text) -> 'agencies'::text) <@ to_jsonb(( SELECT public.panelwise_setting('panelwise.agencies'::text) AS panelwise_setting))))));
COMMENT ON POLICY panelwise_no_more_than_own ON public.jobs IS '185e0a90edb3a6a8e56ed8cad6bd86de88c5e9c54ceade2cda8cc43ee0c4e751';
CREATE POLICY panelwise_raise ON public.revision FOR UPDATE USING (true);
COMMENT ON POLICY panelwise_raise ON public.revision IS '0bf0ac4c6cc878b9329252432ba2efe6dba77085ab9d2748232dd8463b24c631';
CREATE POLICY panelwise_read ON public.insurances FOR SELECT USING (true);
COMMENT ON POLICY panelwise_read ON public.insurances IS '48bff4d7b971d06ce1396ac99ef5bb382f61ce9b063870108dc85474268958a3';
CREATE POLICY panelwise_read ON public.programs FOR SELECT USING (true);
COMMENT ON POLICY panelwise_read ON public.programs IS '48bff4d7b971d06ce1396ac99ef5bb382f61ce9b063870108dc85474268958a3';
CREATE POLICY panelwise_read ON public.revision FOR SELECT USING (true);
COMMENT ON POLICY panelwise_read ON public.revision IS '48bff4d7b971d06ce1396ac99ef5bb382f61ce9b063870108dc85474268958a3';
ALTER TABLE public.participations ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.patients ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.pins ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.plan_tables ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.plans ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.practices ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.programs ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.providers ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.rejections ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.revision ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.rule_books ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.schedules ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.snapshots ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.visit_orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.visits ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.webhooks ENABLE ROW LEVEL SECURITY;
