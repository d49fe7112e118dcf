#include "tables.h"

namespace prow_coverage::inbox {

Result<void> Tables::SaveReport(const Report& report, WallTime now) {
  Query upsert(connection_,
               "INSERT INTO reports (org, repo, number, head_sha, job_name, job_start, phase,"
               " rerun_of, state, description, target_url, updated_at)"
               " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
               " job_name = excluded.job_name, job_start = excluded.job_start,"
               " phase = excluded.phase, rerun_of = excluded.rerun_of, state = excluded.state,"
               " description = excluded.description, target_url = excluded.target_url,"
               " updated_at = excluded.updated_at");
  upsert.Bind(report.org, report.repo, report.number, report.head_sha, report.job_name,
              ToMicros(report.job_start), report.phase, report.rerun_of, report.state,
              report.description, report.target_url, ToMicros(now));
  return upsert.Run();
}

Result<std::vector<Report>> Tables::Reports(std::int64_t after_id, std::size_t limit) {
  Query select(connection_,
               "SELECT id, org, repo, number, head_sha, job_name, job_start, phase, rerun_of,"
               " state, description, target_url FROM reports WHERE id > ? ORDER BY id LIMIT ?");
  select.Bind(after_id, limit);
  std::vector<Report> reports;
  while (true) {
    auto row = select.Step();
    if (!row) return row.error();
    if (!*row) return reports;
    reports.push_back({select.Integer(0), select.Text(1), select.Text(2), select.Integer(3),
                       select.Text(4), select.Text(5), FromMicros(select.Integer(6)),
                       select.Text(7), select.Text(8), select.Text(9), select.Text(10),
                       select.Text(11)});
  }
}

}  // namespace prow_coverage::inbox
