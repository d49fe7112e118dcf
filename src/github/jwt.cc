#include "jwt.h"

#include <memory>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

namespace prow_coverage::github {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Bio = std::unique_ptr<BIO, Deleter<BIO_free>>;
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;

constexpr std::chrono::seconds kBackdated{60};
constexpr std::chrono::seconds kLifetime{600};

Error NoKey(const char* what) {
  ERR_clear_error();
  return {ErrorCode::kInvalidArgument,
          std::string(what) + "; use the .pem file that GitHub gave when the App's key was made",
          {}};
}

// OpenSSL would ask for a passphrase on the terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

Result<Key> ParseKey(std::string_view pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr));
  if (!key) return NoKey("not a private key in PEM without a passphrase");
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) return NoKey("not an RSA key");
  return key;
}

// Base64 of RFC 4648 5, without padding.
std::string Base64Url(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  text.resize(text.find_last_not_of('=') + 1);
  for (char& c : text) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return text;
}

Result<std::string> SignSha256(EVP_PKEY* key, std::string_view text) {
  const DigestContext context(EVP_MD_CTX_new());
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, data, text.size()) != 1) {
    return NoKey("the RSA key cannot sign");
  }
  std::string signature(size, '\0');
  auto* out = reinterpret_cast<unsigned char*>(signature.data());
  if (EVP_DigestSign(context.get(), out, &size, data, text.size()) != 1) {
    return NoKey("the RSA key cannot sign");
  }
  signature.resize(size);
  return signature;
}

}  // namespace

Result<std::string> SignAppJwt(std::string_view app_id, std::string_view key_pem, WallTime now) {
  const auto key = ParseKey(key_pem);
  if (!key) return key.error();
  const auto begin = std::chrono::floor<std::chrono::seconds>(now) - kBackdated;
  const auto issued = begin.time_since_epoch().count();
  const auto expires = (begin + kLifetime).time_since_epoch().count();
  const std::string claims = R"({"iat":)" + std::to_string(issued) + R"(,"exp":)" +
                             std::to_string(expires) + R"(,"iss":")" + std::string(app_id) +
                             R"("})";
  const std::string unsigned_token =
      Base64Url(R"({"alg":"RS256","typ":"JWT"})") + "." + Base64Url(claims);
  const auto signature = SignSha256(key->get(), unsigned_token);
  if (!signature) return signature.error();
  return unsigned_token + "." + Base64Url(*signature);
}

}  // namespace prow_coverage::github
