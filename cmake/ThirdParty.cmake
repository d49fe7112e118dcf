# Third-party libraries, all of them Debian 12 packages (scripts/packages.txt). Rooms link these
# names; who may include whose headers is checked by scripts/check-layers.sh.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS url)
find_package(OpenSSL 3 REQUIRED)
find_package(CURL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(simdjson REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp REQUIRED)

# Debian's package brings no CMake configuration.
find_path(LZ4_INCLUDE_DIR lz4frame.h REQUIRED)
find_library(LZ4_LIBRARY lz4 REQUIRED)
add_library(LZ4::LZ4 UNKNOWN IMPORTED)
set_target_properties(LZ4::LZ4 PROPERTIES IMPORTED_LOCATION ${LZ4_LIBRARY}
                                          INTERFACE_INCLUDE_DIRECTORIES ${LZ4_INCLUDE_DIR})

# Asio's implementation is compiled once, in src/base/asio.cc, instead of in every user.
add_library(prow_coverage_asio INTERFACE)
target_link_libraries(prow_coverage_asio INTERFACE Boost::headers Threads::Threads OpenSSL::SSL)
target_compile_definitions(prow_coverage_asio INTERFACE BOOST_ASIO_SEPARATE_COMPILATION
                                                        BOOST_ASIO_NO_DEPRECATED)
