#include "admin_routes.h"

#include <utility>

#include "prow_coverage/prow/plugin_help.h"

#include "text_reply.h"

namespace prow_coverage::app {
server::Route HelpRoute(handler::SettingsSource settings) {
  return {"POST", "/help",
          [settings = std::move(settings)](server::Request& request) -> Task<server::Reply> {
            const auto body = co_await request.ReadBody();
            if (!body) co_return TextReply(400, body.error().message);
            auto help = prow::PluginHelp(*body, settings()->jobs);
            if (!help) co_return TextReply(400, help.error().message);
            auto reply = TextReply(200, std::move(*help));
            reply.content_type = "application/json";
            co_return reply;
          }};
}

std::vector<server::Route> HealthRoutes(std::function<std::string()> not_ready) {
  return {{"GET", "/healthz",
           [](server::Request&) -> Task<server::Reply> { co_return TextReply(200, "OK"); }},
          {"GET", "/healthz/ready",
           [not_ready = std::move(not_ready)](server::Request&) -> Task<server::Reply> {
             auto why = not_ready();
             if (why.empty()) co_return TextReply(200, "OK");
             co_return TextReply(503, "not ready: " + why);
           }}};
}

std::vector<server::Route> MetricsRoutes(metrics::Metrics& metrics, std::function<void()> refresh) {
  return {{"GET", "/metrics",
           [&metrics, refresh = std::move(refresh)](server::Request&) -> Task<server::Reply> {
             refresh();
             auto reply = TextReply(200, metrics.Expose());
             reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
             co_return reply;
           }}};
}

}  // namespace prow_coverage::app
