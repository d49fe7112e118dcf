#include "report_rows.h"

#include <string>

#include "tables.h"

namespace prow_coverage::inbox {

Report ReadReport(const Query& row) {
  return {row.Integer(0),
          row.Text(1),
          row.Text(2),
          row.Integer(3),
          row.Text(4),
          row.Text(5),
          FromMicros(row.Integer(6)),
          row.Text(7),
          row.Text(8),
          row.Text(9),
          row.Text(10),
          row.Text(11),
          row.Text(12),
          FromMicros(row.Integer(13))};
}

Result<void> Tables::SaveReport(const Report& report, WallTime now) {
  Query upsert(connection_,
               "INSERT INTO reports (org, repo, number, head_sha, job_name, job_start, phase,"
               " rerun_of, state, description, target_url, error, updated_at)"
               " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
               " job_name = excluded.job_name, job_start = excluded.job_start,"
               " phase = excluded.phase, rerun_of = excluded.rerun_of, state = excluded.state,"
               " description = excluded.description, target_url = excluded.target_url,"
               " error = excluded.error, updated_at = excluded.updated_at");
  upsert.Bind(report.org, report.repo, report.number, report.head_sha, report.job_name,
              ToMicros(report.job_start), report.phase, report.rerun_of, report.state,
              report.description, report.target_url, report.error, ToMicros(now));
  return upsert.Run();
}

Result<std::vector<Report>> Tables::Reports(std::int64_t after_id, std::size_t limit) {
  Query select(connection_, std::string("SELECT ") + kReportColumns +
                                " FROM reports WHERE id > ? ORDER BY id LIMIT ?");
  select.Bind(after_id, limit);
  std::vector<Report> reports;
  while (true) {
    auto row = select.Step();
    if (!row) return row.error();
    if (!*row) return reports;
    reports.push_back(ReadReport(select));
  }
}

}  // namespace prow_coverage::inbox
