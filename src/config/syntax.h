#pragma once

#include <string_view>

namespace prow_coverage::config {

// What a text must look like, with the words for one that does not: "<text> <otherwise>".
struct Rule {
  bool (*holds)(std::string_view text);
  std::string_view otherwise;
};

extern const Rule kAnyText;     // no NUL, which no process can be given
extern const Rule kOneLine;     // no control characters
extern const Rule kOneWord;     // no white space either
extern const Rule kNamespace;   // RFC 1123 label, as Kubernetes checks it
extern const Rule kSecretName;  // RFC 1123 subdomain
extern const Rule kEnvName;     // of a container
extern const Rule kLabelName;   // of a label or an annotation, and not one of the daemon's own
extern const Rule kLabelValue;
extern const Rule kResourceName;  // cpu, memory, example.com/gpu
extern const Rule kQuantity;      // 500m, 4Gi; not negative
extern const Rule kPathStrategy;  // explicit, legacy, single
extern const Rule kGitHubName;    // of an organisation or a repository
extern const Rule kRepository;    // org/repo
extern const Rule kCoverageDir;   // Go package pattern inside the repository

}  // namespace prow_coverage::config
