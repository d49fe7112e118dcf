#include "status_error.h"

#include <initializer_list>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace prow_coverage::kube {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Call kCreate{"create", "prowjobs.prow.k8s.io in namespace jobs"};
const Call kUpdate{"update", "prowjobs.prow.k8s.io in namespace jobs"};

std::string Status(const std::string& message, const std::string& more = "") {
  return R"({"kind":"Status","apiVersion":"v1","status":"Failure","message":")" + message + "\"" +
         more + "}";
}

// Bodies as kube-apiserver 1.34 answers them.
const std::string kForbidden = Status(
    R"(prowjobs.prow.k8s.io is forbidden: User \"system:serviceaccount:jobs:x\" cannot create )"
    R"(resource \"prowjobs\" in API group \"prow.k8s.io\" in the namespace \"jobs\")",
    R"(,"reason":"Forbidden","details":{"group":"prow.k8s.io","kind":"prowjobs"},"code":403)");
const std::string kNoNamespace =
    Status(R"(namespaces \"jobs\" not found)",
           R"(,"reason":"NotFound","details":{"name":"jobs","kind":"namespaces"},"code":404)");
const std::string kNoObject = Status(
    R"(prowjobs.prow.k8s.io \"a\" not found)",
    R"(,"reason":"NotFound","details":{"name":"a","group":"prow.k8s.io","kind":"prowjobs"})");
const std::string kInvalid = Status(
    R"(ProwJob.prow.k8s.io \"a\" is invalid: [spec.type: Required, status.state: Unsupported])",
    R"(,"reason":"Invalid","details":{"name":"a","causes":[)"
    R"({"reason":"FieldValueRequired","message":"Required value","field":"spec.type"},)"
    R"({"message":"Unsupported value: \"sleeping\"","field":"status.state"},)"
    R"({"message":"no field"}]})");
const std::string kStrict =
    Status(R"(ProwJob in version \"v1\" cannot be handled as a ProwJob: strict decoding error: )"
           R"(unknown field \"spec.foo\")",
           R"(,"reason":"BadRequest","code":400)");

struct StatusRow {
  const char* name;
  Call call;
  int status;
  std::string body;
  ErrorCode code;
  const char* message;
};

TEST(StatusError, TellsWhatEachAnswerMeans) {
  for (const StatusRow& row : std::initializer_list<StatusRow>{
           {"missing verb", kCreate, 403, kForbidden, ErrorCode::kPermissionDenied,
            "needs create on prowjobs.prow.k8s.io in namespace jobs: prowjobs.prow.k8s.io is "
            "forbidden: User"},
           {"403 of a proxy", kCreate, 403, "<html>", ErrorCode::kPermissionDenied,
            "needs create on prowjobs.prow.k8s.io in namespace jobs: <html>"},
           {"quota", kCreate, 403,
            Status(R"(prowjobs.prow.k8s.io \"a\" is forbidden: exceeded quota: q)"),
            ErrorCode::kPermissionDenied, "was refused: prowjobs.prow.k8s.io \"a\" is forbidden"},
           {"webhook", kCreate, 403,
            Status(R"(admission webhook \"w\" denied the request: because it cannot pass)"),
            ErrorCode::kPermissionDenied, "was refused: admission webhook"},
           {"missing namespace", kCreate, 404, kNoNamespace, ErrorCode::kNotFound,
            "the namespace does not exist (namespaces \"jobs\" not found): create it"},
           {"missing CRD", kCreate, 404, "404 page not found\n", ErrorCode::kNotFound,
            "no such resource (404 page not found): its CustomResourceDefinition is not installed"},
           {"missing CRD, as a Status", kCreate, 404,
            Status("the server could not find the requested resource", R"(,"details":{})"),
            ErrorCode::kNotFound, "CustomResourceDefinition is not installed"},
           {"missing object", kUpdate, 404, kNoObject, ErrorCode::kNotFound,
            "namespace jobs: prowjobs.prow.k8s.io \"a\" not found"},
           {"same name", kCreate, 409, Status("exists", R"(,"reason":"AlreadyExists")"),
            ErrorCode::kAlreadyExists, "exists"},
           {"old version", kUpdate, 409, Status("changed", R"(,"reason":"Conflict")"),
            ErrorCode::kConflict, "changed"},
           {"quota conflict", kCreate, 409, Status("changed", R"(,"reason":"Conflict")"),
            ErrorCode::kConflict, "changed"},
           {"409 without a reason", kCreate, 409, "", ErrorCode::kAlreadyExists, "HTTP 409"},
           {"schema", kCreate, 422, kInvalid, ErrorCode::kRejected,
            "is invalid: spec.type: Required value; status.state: Unsupported value: "
            "\"sleeping\"; no field"},
           {"unknown field", kCreate, 400, kStrict, ErrorCode::kRejected,
            "strict decoding error: unknown field \"spec.foo\""},
           {"content type", kCreate, 415, "", ErrorCode::kRejected, "HTTP 415"},
           {"over 3 MiB", kCreate, 413, "Request entity too large: limit is 3145728",
            ErrorCode::kTooLarge, "limit is 3145728"},
           {"over etcd's limit", kCreate, 500, Status("etcdserver: request is too large"),
            ErrorCode::kTooLarge, "request is too large"},
           {"over gRPC's limit", kCreate, 500,
            Status("rpc error: trying to send message larger than max (3 vs. 2)"),
            ErrorCode::kTooLarge, "larger than max"},
           {"bad token", kCreate, 401, Status("Unauthorized"), ErrorCode::kUnauthenticated,
            "refuses the credential (Unauthorized)"},
           {"old version of a list", kUpdate, 410, Status("too old", R"(,"reason":"Expired")"),
            ErrorCode::kExpired, "too old"},
           {"starting", kCreate, 429, Status("storage is (re)initializing"),
            ErrorCode::kRateLimited, "storage is (re)initializing"},
           {"internal", kCreate, 500, Status("failed calling webhook"), ErrorCode::kUnavailable,
            "failed calling webhook"},
           {"load balancer", kCreate, 502, "", ErrorCode::kUnavailable, "HTTP 502"},
           {"stopping", kCreate, 503, "", ErrorCode::kUnavailable, "HTTP 503"},
           {"time-out", kCreate, 504, Status("Timeout"), ErrorCode::kUnavailable, "Timeout"},
           {"login page", kCreate, 302, "", ErrorCode::kRejected, "redirect (HTTP 302)"},
       }) {
    SCOPED_TRACE(row.name);
    const Error error = StatusError(row.call, row.status, row.body);
    EXPECT_EQ(ToString(error.code), ToString(row.code));
    EXPECT_THAT(error.message, HasSubstr(row.message));
    EXPECT_THAT(error.message, HasSubstr(row.call.verb + " "));
  }
}

TEST(StatusError, WaitsAsLongAsTheHeaderSays) {
  const http::Response response{429, {{"retry-after", "7"}}, ""};
  EXPECT_EQ(StatusError(kCreate, response).retry_after, std::chrono::seconds(7));
}

TEST(StatusError, WaitsAsLongAsTheStatusSays) {
  const auto body = Status("later", R"(,"details":{"retryAfterSeconds":3})");
  EXPECT_EQ(StatusError(kCreate, 503, body).retry_after, std::chrono::seconds(3));
}

TEST(StatusError, IgnoresAWaitThatMakesNoSense) {
  for (const char* value : {"", "-1", "0", "soon", "1e3", "99999999999999999999"}) {
    SCOPED_TRACE(value);
    const http::Response response{429, {{"retry-after", value}}, ""};
    EXPECT_FALSE(StatusError(kCreate, response).retry_after);
  }
}

TEST(StatusError, BoundsWhatItQuotes) {
  std::string causes;
  for (int i = 0; i < 1000; ++i) causes += R"({"field":"spec.x","message":"bad"},)";
  const auto body = Status("m", R"(,"details":{"causes":[)" + causes + "{}]}");
  const Error error = StatusError(kCreate, 422, body);
  EXPECT_LT(error.message.size(), 500U);
  EXPECT_THAT(error.message, HasSubstr("and 991 more"));
  EXPECT_LT(StatusError(kCreate, 500, Status(std::string(100000, 'x'))).message.size(), 1200U);
}

TEST(StatusError, StaysOnOneLine) {
  EXPECT_THAT(StatusError(kCreate, 502, "<html>\n<b>\x1b[31m").message, Not(HasSubstr("\n")));
}

TEST(StatusError, SurvivesABodyOfAnyShape) {
  for (const char* body :
       {"null", "[]", "7", "\"x\"", R"({"kind":7})", R"({"kind":"Status","details":[]})",
        R"({"kind":"Status","details":{"causes":{}},"message":7,"reason":[]})",
        R"({"kind":"Status","details":{"causes":[1,null,{"field":7}]}})", "\xff\xfe", "{"}) {
    SCOPED_TRACE(body);
    EXPECT_EQ(StatusError(kCreate, 422, body).code, ErrorCode::kRejected);
  }
}

}  // namespace
}  // namespace prow_coverage::kube
