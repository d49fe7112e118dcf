#pragma once

#include <cstdint>

#include "connection.h"

namespace prow_coverage::inbox {

// "PrCv": marks the file as ours (PRAGMA application_id).
inline constexpr std::int64_t kApplicationId = 0x50724376;

// What is told of a file that has another one.
inline constexpr const char* kForeignDatabase =
    "it is the database of another program; name another file";

// PRAGMA user_version of a database that this program writes. docs/inbox.md describes every
// version.
inline constexpr std::int64_t kSchemaVersion = 3;

// Errors: kInvalidArgument when the database belongs to another program or to a newer version of
// this one. A database without any table passes: it is new.
[[nodiscard]] Result<void> CheckIdentity(Connection& connection);

// For those that read beside the daemon, which alone migrates: it may be of an older version and
// still at work. Errors: kNotFound when nothing is stored yet, kInvalidArgument for an older
// schema. Precondition: CheckIdentity was content.
[[nodiscard]] Result<void> CheckCurrent(Connection& connection);

// Brings the schema to `target`, each step in a transaction of its own, so that a crash between two
// leaves a complete older version. Two processes that start at once do not disturb each other.
// Precondition: CheckIdentity was content.
[[nodiscard]] Result<void> Migrate(Connection& connection, std::int64_t target = kSchemaVersion);

}  // namespace prow_coverage::inbox
