-- The tables that every database has.  Beside them stands, for every experiment that a sweep uses,
-- one table of its own name with its tables and the views of its frontiers: store_schema.c makes
-- those from the experiment's description.  The comments inside the statements are kept in the
-- file: `.schema`.  Everything here is known to SQLite 3.26: no STRICT, no FILTER, no iif.

CREATE TABLE sweep (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    experiment TEXT NOT NULL,  -- as of the latest text
    text       TEXT NOT NULL,  -- the sweep file, as it was run last
    created    TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))  -- UTC
);

CREATE TABLE job (
    id         INTEGER PRIMARY KEY,
    sweep_id   INTEGER NOT NULL REFERENCES sweep (id),  -- the sweep that asked for it first
    experiment TEXT NOT NULL,
    spec       TEXT NOT NULL UNIQUE,  -- canonical text: the job's identity
    state      TEXT NOT NULL DEFAULT 'pending' CHECK (state IN
        ('pending', 'running', 'done', 'diverged', 'failed', 'crashed', 'quarantined')),
    attempts   INTEGER NOT NULL DEFAULT 0  -- begun so far; the latest has this number
);

CREATE TABLE member (
    -- Which sweeps ask for which jobs: a job that two sweeps ask for is run once.
    sweep_id INTEGER NOT NULL REFERENCES sweep (id),
    job_id   INTEGER NOT NULL REFERENCES job (id),
    PRIMARY KEY (sweep_id, job_id)
) WITHOUT ROWID;

CREATE INDEX member_by_job ON member (job_id);

CREATE TABLE attempt (
    job_id    INTEGER NOT NULL REFERENCES job (id),
    n         INTEGER NOT NULL,           -- 1 is the first
    host      TEXT NOT NULL,
    rank      INTEGER NOT NULL,
    slurm_job TEXT,                       -- NULL outside Slurm
    started   TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    finished  TEXT,                       -- NULL while it runs, and when it was lost
    outcome   TEXT CHECK (outcome IN ('done', 'diverged', 'failed', 'crashed', 'lost', 'stopped')),
    message   TEXT,                       -- why, where the outcome is not 'done'
    build     TEXT NOT NULL,              -- version, compiler and flags
    blas      TEXT NOT NULL,              -- kernels of the matrix products, training's first
    steps     INTEGER,                    -- work done, in the experiment's own unit
    seconds   REAL,                       -- wall time
    mpi       TEXT,                       -- the MPI library and its version
    processor TEXT,                       -- model of the processor
    checksum  INTEGER,                    -- of the result, which status --check compares
    checksum_version INTEGER,             -- how it is made; NULL = 1
    PRIMARY KEY (job_id, n)
) WITHOUT ROWID;

CREATE TABLE log (
    -- The last lines of attempts that did not end well.
    job_id INTEGER NOT NULL REFERENCES job (id),
    n      INTEGER NOT NULL,  -- the attempt
    text   TEXT NOT NULL,
    PRIMARY KEY (job_id, n)
) WITHOUT ROWID;

CREATE TABLE array (
    job_id INTEGER NOT NULL REFERENCES job (id),
    name   TEXT NOT NULL,
    rows   INTEGER NOT NULL,
    cols   INTEGER NOT NULL,
    dtype  TEXT NOT NULL CHECK (dtype = 'float32'),
    data   BLOB NOT NULL,  -- rows x cols little-endian numbers, row after row, compressed by zlib
    PRIMARY KEY (job_id, name)
);

CREATE VIEW progress AS
SELECT sweep.name AS sweep,
       count(job.id) AS total,
       count(CASE state WHEN 'pending' THEN 1 END) AS pending,
       count(CASE state WHEN 'running' THEN 1 END) AS running,
       count(CASE state WHEN 'done' THEN 1 END) AS done,
       count(CASE state WHEN 'diverged' THEN 1 END) AS diverged,
       count(CASE state WHEN 'failed' THEN 1 END) AS failed,
       count(CASE state WHEN 'crashed' THEN 1 END) AS crashed,
       count(CASE state WHEN 'quarantined' THEN 1 END) AS quarantined,
       (SELECT total(seconds) FROM member JOIN attempt USING (job_id)
        WHERE member.sweep_id = sweep.id) AS seconds
FROM sweep
LEFT JOIN member ON member.sweep_id = sweep.id
LEFT JOIN job ON job.id = member.job_id
GROUP BY sweep.id;
