#include "chunk_writer.h"

#include <charconv>

namespace prow_coverage::server {
namespace {

namespace asio = boost::asio;

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kLastChunk = "0\r\n\r\n";

std::string ChunkHeader(std::size_t size) {
  char digits[16];
  std::string header(digits, std::to_chars(digits, digits + sizeof digits, size, 16).ptr);
  return header.append(kLineEnd);
}

}  // namespace

Task<Result<void>> ChunkWriter::Write(std::string data) {
  if (data.empty()) co_return Result<void>{};  // an empty chunk would end the body
  std::string header;
  Connection::Pieces pieces{asio::buffer(data)};
  if (chunked_) {
    header = ChunkHeader(data.size());
    pieces = {asio::buffer(header), asio::buffer(data), asio::buffer(kLineEnd)};
  }
  const bool sent = co_await Send(pieces);
  if (!sent) {
    co_return Error{ErrorCode::kCancelled, "the client does not take the answer any more", {}};
  }
  co_return Result<void>{};
}

Task<bool> ChunkWriter::Finish() {
  Connection::Pieces pieces{};
  if (chunked_) pieces[0] = asio::buffer(kLastChunk);
  co_return co_await Send(pieces);
}

Task<bool> ChunkWriter::Send(Connection::Pieces pieces) {
  if (failed_) co_return false;
  const auto ec = co_await connection_.Write(pieces, patience_);
  failed_ = bool{ec};
  co_return !failed_;
}

}  // namespace prow_coverage::server
