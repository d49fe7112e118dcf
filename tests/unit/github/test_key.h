#pragma once

#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/pem.h>

namespace prow_coverage::github {

// A private key of a test's own, in the PEM forms that exist.
class TestKey {
 public:
  explicit TestKey(EVP_PKEY* key) : key_(key, EVP_PKEY_free) {}

  static TestKey Rsa() { return TestKey(EVP_RSA_gen(2048)); }
  static TestKey Ec() { return TestKey(EVP_EC_gen("P-256")); }

  EVP_PKEY* get() const { return key_.get(); }

  std::string Pkcs8() const {
    return Write([&](BIO* out) {
      return PEM_write_bio_PrivateKey(out, get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
  }
  std::string Pkcs1() const {
    return Write([&](BIO* out) {
      return PEM_write_bio_PrivateKey_traditional(out, get(), nullptr, nullptr, 0, nullptr,
                                                  nullptr);
    });
  }
  std::string Encrypted() const {
    return Write([&](BIO* out) {
      return PEM_write_bio_PKCS8PrivateKey(out, get(), EVP_aes_256_cbc(), "pass", 4, nullptr,
                                           nullptr);
    });
  }
  std::string Public() const {
    return Write([&](BIO* out) { return PEM_write_bio_PUBKEY(out, get()); });
  }

 private:
  template <class Writer>
  static std::string Write(Writer writer) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
    writer(out.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
  }

  std::shared_ptr<EVP_PKEY> key_;
};

// One for the whole binary: making one takes a tenth of a second.
inline const TestKey& TheKey() {
  static const TestKey key = TestKey::Rsa();
  return key;
}

}  // namespace prow_coverage::github
