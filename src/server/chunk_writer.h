#pragma once

#include <chrono>

#include "prow_coverage/server/server.h"

#include "connection.h"

namespace prow_coverage::server {

// Writes a body piece by piece: as chunks, or, for an HTTP/1.0 client, up to the end of the
// connection.
class ChunkWriter final : public BodyWriter {
 public:
  ChunkWriter(Connection& connection, bool chunked, std::chrono::milliseconds patience)
      : connection_(connection), chunked_(chunked), patience_(patience) {}

  Task<Result<void>> Write(std::string data) override;

  // Ends the body. False when not all of it has been taken.
  Task<bool> Finish();

 private:
  Task<bool> Send(Connection::Pieces pieces);

  Connection& connection_;
  const bool chunked_;
  const std::chrono::milliseconds patience_;
  bool failed_ = false;
};

}  // namespace prow_coverage::server
