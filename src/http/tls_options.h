#pragma once

#include "prow_coverage/http/client.h"

#include "easy_options.h"

namespace prow_coverage::http {

// `tls` must outlive the exchange: the PEM texts are not copied.
void SetTls(EasyOptions& options, const Tls& tls);

}  // namespace prow_coverage::http
