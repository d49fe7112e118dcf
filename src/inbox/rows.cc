#include "rows.h"

#include <utility>

#include <openssl/evp.h>

#include "prow_coverage/base/utf8.h"

#include "body.h"

namespace prow_coverage::inbox {

Result<Delivery> ReadDelivery(const Query& row) {
  const std::string state_name = row.Text(10);
  auto state = ParseState(state_name);
  Delivery delivery;
  delivery.id = row.Integer(0);
  if (!state) {
    return Error{ErrorCode::kInternal,
                 "inbox: delivery " + std::to_string(delivery.id) + ": " + state.error().message,
                 {}};
  }
  delivery.guid = row.Text(1);
  delivery.event_type = row.Text(2);
  delivery.action = row.Text(3);
  delivery.org = row.Text(4);
  delivery.repo = row.Text(5);
  delivery.number = row.Integer(6);
  delivery.head_sha = row.Text(7);
  delivery.origin = row.Text(8);
  delivery.received_at = FromMicros(row.Integer(9));
  delivery.state = *state;
  delivery.next_attempt_at = FromMicros(row.Integer(11));
  delivery.attempts = static_cast<int>(row.Integer(12));
  delivery.reason = row.Text(13);
  delivery.detail = row.Text(14);
  delivery.job_name = row.Text(15);
  return delivery;
}

Result<Delivery> ReadWholeDelivery(const Query& row) {
  constexpr int kBodyColumn = 16;  // the first one after kDeliveryColumns
  auto delivery = ReadDelivery(row);
  if (!delivery) return delivery;
  auto body = UnpackBody(row.Text(kBodyColumn));
  if (!body) return WithContext(body.error(), "inbox: delivery " + delivery->guid);
  delivery->body = std::move(*body);
  return delivery;
}

bool HasEnded(State state) { return state == State::kDone || state == State::kDead; }

Result<void> AppendStep(Connection& connection, std::int64_t id, const Step& step) {
  Query insert(connection,
               "INSERT INTO steps (delivery_id, at, duration_us, name, outcome, detail)"
               " VALUES (?, ?, ?, ?, ?, ?)");
  insert.Bind(id, ToMicros(step.at), step.duration.count(), step.name, step.outcome,
              ClipUtf8(step.detail, kDetailLimit));
  return insert.Run();
}

Result<void> Revive(Connection& connection, std::int64_t id, WallTime now, const std::string& how) {
  const auto at = ToMicros(now);
  Query update(connection,
               "UPDATE deliveries SET state = 'received', received_at = ?, next_attempt_at = ?,"
               " attempts = 0, ended_at = NULL WHERE id = ?");
  update.Bind(at, at, id);
  if (auto updated = update.Run(); !updated) return updated;
  return AppendStep(connection, id, {"revive", now, std::chrono::microseconds(0), "ok", how});
}

std::string Sha256(std::string_view body) {
  std::string digest(32, '\0');
  EVP_Digest(body.data(), body.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr,
             EVP_sha256(), nullptr);
  return digest;
}

}  // namespace prow_coverage::inbox
