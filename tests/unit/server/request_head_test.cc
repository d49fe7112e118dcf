#include "request_head.h"

#include <gtest/gtest.h>

#include "request_check.h"
#include "request_parser.h"

namespace prow_coverage::server {
namespace {

TEST(RequestHead, FindsTheFirstFieldInAnyCase) {
  RequestHead head;
  head.SetLine("POST", "/x", 11);
  head.AddField("X-GitHub-Event", "ping");
  head.AddField("x-github-event", "push");
  EXPECT_EQ(head.method(), "POST");
  EXPECT_EQ(head.target(), "/x");
  EXPECT_EQ(head.Find("X-GITHUB-EVENT"), "ping");
  EXPECT_EQ(head.Count("X-GitHub-Event"), 2u);
  EXPECT_EQ(head.Find("X-GitHub"), std::nullopt);
}

TEST(RequestHead, TellsAnEmptyFieldFromNone) {
  RequestHead head;
  head.AddField("A", "");
  EXPECT_EQ(head.Find("A"), "");
  EXPECT_EQ(head.Find("B"), std::nullopt);
}

TEST(RequestHead, KeepsNothingOfThePreviousRequest) {
  RequestHead head;
  head.SetLine("POST", "/x", 10);
  head.AddField("A", std::string(10000, 'x'));
  head.Clear();
  EXPECT_EQ(head.method(), "");
  EXPECT_EQ(head.target(), "");
  EXPECT_EQ(head.Find("A"), std::nullopt);
}

// Gives the parser all of `bytes`, header and body.
void Parse(RequestParser& parser, std::string_view bytes) {
  boost::system::error_code ec;
  parser.eager(true);
  parser.put(boost::asio::buffer(bytes), ec);
}

TEST(RequestParser, TakesATrailerForNoHeaderField) {
  RequestHead head;
  RequestParser parser(head);
  Parse(parser,
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        "1\r\na\r\n0\r\nX-Hub-Signature-256: x\r\n\r\n");
  ASSERT_TRUE(parser.is_done());
  EXPECT_EQ(parser.body(), "a");
  EXPECT_EQ(head.Find("X-Hub-Signature-256"), std::nullopt);
}

TEST(RequestParser, ReservesLittleForALengthThatIsOnlyClaimed) {
  RequestHead head;
  RequestParser parser(head);
  Parse(parser, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 20000000\r\n\r\na");
  EXPECT_EQ(parser.body(), "a");
  EXPECT_LE(parser.body().capacity(), std::size_t{64} << 10);
}

TEST(RequestCheck, RefusesWhatTwoServersMayReadDifferently) {
  struct Row {
    const char* name;
    int version;
    std::vector<std::pair<const char*, const char*>> fields;
    int status;  // 0: fine
  };
  const Row rows[] = {
      {"one Host", 11, {{"Host", "h"}}, 0},
      {"an empty Host", 11, {{"Host", ""}}, 0},
      {"no Host in 1.0", 10, {}, 0},
      {"no Host", 11, {}, 400},
      {"two Hosts", 11, {{"Host", "h"}, {"host", "h"}}, 400},
      {"chunked", 11, {{"Host", "h"}, {"Transfer-Encoding", "Chunked"}}, 0},
      {"chunked in 1.0", 10, {{"Transfer-Encoding", "chunked"}}, 400},
      {"gzip", 11, {{"Host", "h"}, {"Transfer-Encoding", "gzip"}}, 501},
      {"gzip, chunked", 11, {{"Host", "h"}, {"Transfer-Encoding", "gzip, chunked"}}, 501},
      {"chunked, gzip", 11, {{"Host", "h"}, {"Transfer-Encoding", "chunked, gzip"}}, 501},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    RequestHead head;
    head.SetLine("POST", "/", row.version);
    for (const auto& [name, value] : row.fields) head.AddField(name, value);
    const auto refusal = CheckRequest(head);
    EXPECT_EQ(refusal ? refusal->status : 0, row.status);
  }
}

}  // namespace
}  // namespace prow_coverage::server
