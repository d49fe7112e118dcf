#include "body.h"

#include <memory>
#include <stdexcept>

#include <lz4frame.h>

namespace prow_coverage::inbox {
namespace {

constexpr std::string_view kFrameMagic("\x04\x22\x4D\x18", 4);
// No more than this comes of one byte, so that a size that is damaged claims no memory.
constexpr std::uint64_t kMaxRatio = 255;

// Negative levels trade size for speed: 4.9 KB in two thirds of the time.
constexpr int kFast = -3;

struct FreeContext {
  void operator()(LZ4F_dctx* context) const { LZ4F_freeDecompressionContext(context); }
};
using Context = std::unique_ptr<LZ4F_dctx, FreeContext>;

Error Damaged(const char* what) {
  return {ErrorCode::kInternal, std::string("the stored body is damaged: ") + what, {}};
}

LZ4F_preferences_t Preferences(std::size_t size) {
  LZ4F_preferences_t preferences{};
  preferences.frameInfo.contentSize = size;
  preferences.frameInfo.blockChecksumFlag = LZ4F_blockChecksumEnabled;
  preferences.compressionLevel = kFast;
  return preferences;
}

// The size that the frame claims; `packed` loses its header.
Result<std::size_t> ReadHeader(LZ4F_dctx* context, std::string_view& packed) {
  LZ4F_frameInfo_t info{};
  std::size_t read = packed.size();
  const auto code = LZ4F_getFrameInfo(context, &info, packed.data(), &read);
  if (LZ4F_isError(code) != 0) return Damaged(LZ4F_getErrorName(code));
  if (info.contentSize > packed.size() * kMaxRatio) return Damaged("its size is impossible");
  packed.remove_prefix(read);
  return static_cast<std::size_t>(info.contentSize);
}

Result<std::string> ReadContent(LZ4F_dctx* context, std::string_view packed, std::size_t size) {
  std::string body(size, '\0');
  std::size_t filled = 0;
  while (true) {
    std::size_t written = body.size() - filled;
    std::size_t read = packed.size();
    const auto more =
        LZ4F_decompress(context, body.data() + filled, &written, packed.data(), &read, nullptr);
    if (LZ4F_isError(more) != 0) return Damaged(LZ4F_getErrorName(more));
    filled += written;
    packed.remove_prefix(read);
    if (more == 0) break;
    if (read == 0 && written == 0) return Damaged("it is cut off");
  }
  if (filled != size || !packed.empty()) return Damaged("it has another size than it says");
  return body;
}

}  // namespace

std::string PackBody(std::string_view body) {
  const auto preferences = Preferences(body.size());
  const std::size_t room = LZ4F_compressFrameBound(body.size(), &preferences);
  const auto buffer = std::make_unique_for_overwrite<char[]>(room);
  const auto size = LZ4F_compressFrame(buffer.get(), room, body.data(), body.size(), &preferences);
  if (LZ4F_isError(size) != 0) throw std::runtime_error(LZ4F_getErrorName(size));
  return {buffer.get(), size};
}

Result<std::string> UnpackBody(std::string_view packed) {
  if (!packed.starts_with(kFrameMagic)) return std::string(packed);
  LZ4F_dctx* made = nullptr;
  const auto code = LZ4F_createDecompressionContext(&made, LZ4F_VERSION);
  if (LZ4F_isError(code) != 0) throw std::runtime_error(LZ4F_getErrorName(code));
  const Context context(made);
  const auto size = ReadHeader(context.get(), packed);
  if (!size) return size.error();
  return ReadContent(context.get(), packed, *size);
}

}  // namespace prow_coverage::inbox
