#pragma once

#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

namespace prow_coverage::testing {

// A certificate authority of a test's own.
class TestCa {
 public:
  struct Certificate {
    std::string certificate_pem;
    std::string key_pem;
  };

  explicit TestCa(const std::string& name = "test CA")
      : key_(NewKey()), certificate_(NewCertificate(name, *key_)) {
    AddExtension(*certificate_, NID_basic_constraints, "critical,CA:TRUE");
    X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
    X509_sign(certificate_.get(), key_.get(), EVP_sha256());
  }

  std::string pem() const { return ToPem(*certificate_); }

  // `names` as in a subjectAltName: "DNS:localhost,IP:127.0.0.1". Valid from an hour ago for
  // `seconds` from now; negative for an expired one.
  Certificate Issue(const std::string& names, long seconds = 3600) const {
    const Key key = NewKey();
    const Cert certificate = NewCertificate("test", *key);
    AddExtension(*certificate, NID_subject_alt_name, names);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), seconds);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
    X509_sign(certificate.get(), key_.get(), EVP_sha256());
    return {ToPem(*certificate), ToPem(*key)};
  }

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(BIO* bio) const { BIO_free(bio); }
  };
  using Key = std::unique_ptr<EVP_PKEY, Free>;
  using Cert = std::unique_ptr<X509, Free>;

  static Key NewKey() { return Key(EVP_EC_gen("P-256")); }

  static Cert NewCertificate(const std::string& common_name, EVP_PKEY& key) {
    static long serial = 0;
    Cert certificate(X509_new());
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                               0);
    X509_set_pubkey(certificate.get(), &key);
    return certificate;
  }

  static void AddExtension(X509& certificate, int nid, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
    X509_add_ext(&certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }

  static std::string Drain(BIO& bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(&bio, &data);
    return {data, static_cast<std::size_t>(size)};
  }

  static std::string ToPem(X509& certificate) {
    const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), &certificate);
    return Drain(*bio);
  }

  static std::string ToPem(EVP_PKEY& key) {
    const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(bio.get(), &key, nullptr, nullptr, 0, nullptr, nullptr);
    return Drain(*bio);
  }

  const Key key_;
  const Cert certificate_;
};

}  // namespace prow_coverage::testing
