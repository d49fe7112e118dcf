#include "yaml_answer.h"

#include "prow_coverage/yaml/node.h"

#include "json.h"

namespace prow_coverage::sandbox {

server::Reply InWantedForm(const server::Request& request, server::Reply reply) {
  if (request.header("Accept") != "application/yaml" || reply.stream) return reply;
  const auto value = ParseJson(reply.body);
  if (!value) return reply;
  reply.content_type = "application/yaml";
  reply.body = yaml::Emit(*value);
  return reply;
}

}  // namespace prow_coverage::sandbox
