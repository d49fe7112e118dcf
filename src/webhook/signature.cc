#include "prow_coverage/webhook/signature.h"

#include <array>
#include <memory>
#include <optional>
#include <stdexcept>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

namespace prow_coverage::webhook {
namespace {

constexpr std::string_view kPrefix = "sha256=";
constexpr std::size_t kDigestBytes = 32;
using Digest = std::array<unsigned char, kDigestBytes>;

// HMAC-SHA256 with its context reused: fetching the algorithms costs OpenSSL 3 more than hashing a
// small body does. One thread at a time.
class HmacSha256 {
 public:
  HmacSha256() {
    const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> algorithm(
        EVP_MAC_fetch(nullptr, "HMAC", nullptr), EVP_MAC_free);
    if (algorithm) context_.reset(EVP_MAC_CTX_new(algorithm.get()));
    char sha256[] = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, sha256, 0),
        OSSL_PARAM_construct_end()};
    Check(context_ && EVP_MAC_CTX_set_params(context_.get(), parameters) == 1);
  }

  Digest operator()(std::string_view secret, std::string_view body) {
    // A null key would mean "the one of the last call".
    const auto* key = secret.empty() ? "" : secret.data();
    Digest digest;
    std::size_t size = 0;
    Check(EVP_MAC_init(context_.get(), Bytes(key), secret.size(), nullptr) == 1 &&
          EVP_MAC_update(context_.get(), Bytes(body.data()), body.size()) == 1 &&
          EVP_MAC_final(context_.get(), digest.data(), &size, digest.size()) == 1);
    return digest;
  }

 private:
  struct Free {
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
  };

  static const unsigned char* Bytes(const char* text) {
    return reinterpret_cast<const unsigned char*>(text);
  }

  static void Check(bool good) {
    if (!good) throw std::runtime_error("OpenSSL offers no HMAC-SHA256");
  }

  std::unique_ptr<EVP_MAC_CTX, Free> context_;
};

Digest Hmac(std::string_view secret, std::string_view body) {
  thread_local HmacSha256 hmac;
  return hmac(secret, body);
}

std::optional<unsigned char> HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

std::optional<Digest> ParseHeader(std::string_view header) {
  if (!header.starts_with(kPrefix)) return std::nullopt;
  const auto hex = header.substr(kPrefix.size());
  if (hex.size() != 2 * kDigestBytes) return std::nullopt;
  Digest digest;
  for (std::size_t i = 0; i < kDigestBytes; ++i) {
    const auto high = HexDigit(hex[2 * i]);
    const auto low = HexDigit(hex[2 * i + 1]);
    if (!high || !low) return std::nullopt;
    digest[i] = static_cast<unsigned char>(*high << 4 | *low);
  }
  return digest;
}

}  // namespace

std::string Sign(std::string_view secret, std::string_view body) {
  constexpr char kHexDigits[] = "0123456789abcdef";
  std::string header(kPrefix);
  for (const unsigned char byte : Hmac(secret, body)) {
    header += kHexDigits[byte >> 4];
    header += kHexDigits[byte & 0xF];
  }
  return header;
}

bool IsWellFormed(std::string_view header) { return ParseHeader(header).has_value(); }

bool Verify(std::string_view secret, std::string_view body, std::string_view header) {
  const auto claimed = ParseHeader(header);
  if (!claimed) return false;
  const auto expected = Hmac(secret, body);
  return CRYPTO_memcmp(claimed->data(), expected.data(), expected.size()) == 0;
}

}  // namespace prow_coverage::webhook
