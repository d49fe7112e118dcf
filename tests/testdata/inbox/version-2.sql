-- A database of schema version 2 with one delivery under way and one report.
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  guid TEXT NOT NULL UNIQUE,
  event_type TEXT NOT NULL,
  action TEXT NOT NULL,
  org TEXT NOT NULL,
  repo TEXT NOT NULL,
  number INTEGER NOT NULL,
  head_sha TEXT NOT NULL,
  origin TEXT NOT NULL,
  body_sha256 BLOB,
  received_at INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'received',
  next_attempt_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',
  detail TEXT NOT NULL DEFAULT '',
  job_name TEXT NOT NULL DEFAULT '',
  ended_at INTEGER
);
CREATE INDEX deliveries_in_work ON deliveries (id, next_attempt_at, org, repo, number, ended_at)
  WHERE ended_at IS NULL;
CREATE INDEX deliveries_ended ON deliveries (state, ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX deliveries_done_with_body ON deliveries (ended_at)
  WHERE state = 'done' AND body_sha256 IS NULL;
CREATE INDEX deliveries_newest ON deliveries (received_at, state, org, repo, number);
CREATE TABLE bodies (
  delivery_id INTEGER PRIMARY KEY,
  body BLOB NOT NULL
);
CREATE TABLE steps (
  id INTEGER PRIMARY KEY,
  delivery_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  duration_us INTEGER NOT NULL,
  name TEXT NOT NULL,
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL
);
CREATE INDEX steps_of_delivery ON steps (delivery_id);
CREATE TABLE pulls (
  org TEXT NOT NULL,
  repo TEXT NOT NULL,
  number INTEGER NOT NULL,
  last_start_time INTEGER NOT NULL,
  PRIMARY KEY (org, repo, number)
) WITHOUT ROWID;
CREATE TABLE probe (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  at INTEGER NOT NULL,
  filler BLOB NOT NULL
);
CREATE TABLE reports (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  org TEXT NOT NULL,
  repo TEXT NOT NULL,
  number INTEGER NOT NULL,
  head_sha TEXT NOT NULL,
  job_name TEXT NOT NULL,
  job_start INTEGER NOT NULL,
  phase TEXT NOT NULL,
  rerun_of TEXT NOT NULL,
  state TEXT NOT NULL,
  description TEXT NOT NULL,
  target_url TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (org, repo, number, head_sha)
);
CREATE INDEX reports_updated ON reports (updated_at);
PRAGMA application_id = 1349665654;
PRAGMA user_version = 2;
INSERT INTO deliveries VALUES (1, '72d3162e-cc78-11e3-81ab-4c9367dc0958', 'pull_request', 'opened',
  'kubevirt', 'kubevirt', 17, '0123456789abcdef0123456789abcdef01234567', 'webhook', NULL,
  1787130000000000, 'created', 1787130060000000, 2, 'run', 'Go files changed',
  '1c2d1b8e-6c5e-5f0a-9d3c-0f4a2b6c8d0e', NULL);
INSERT INTO bodies VALUES (1, x'7b22616374696f6e223a226f70656e6564227d');
INSERT INTO steps VALUES (1, 1, 1787130000100000, 2500, 'files', 'ok', '3 files');
INSERT INTO pulls VALUES ('kubevirt', 'kubevirt', 17, 1787130000);
INSERT INTO reports VALUES (1, 'kubevirt', 'kubevirt', 17, '0123456789abcdef0123456789abcdef01234567',
  '1c2d1b8e-6c5e-5f0a-9d3c-0f4a2b6c8d0e', 1787130000000000, 'waiting', '', 'pending',
  'Automated Go unit test coverage', 'https://deck/prowjob?prowjob=1c2d1b8e-6c5e-5f0a-9d3c-0f4a2b6c8d0e',
  1787130001000000);
