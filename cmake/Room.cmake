# prow_coverage_room(NAME SOURCES file... [USES room...] [PRIVATE_USES room...] [LIBS target...])
#
# One room: one directory, one static library, one namespace. USES are rooms whose headers this
# room's own headers include; PRIVATE_USES only its sources. LIBS are third-party libraries and stay
# private. Every room has an include root of its own that holds nothing but its headers, so
# `#include "prow_coverage/<other>/..."` compiles only where the link line names <other>.
function(prow_coverage_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;USES;PRIVATE_USES;LIBS" ${ARGN})
  set(target prow_coverage_${name})
  add_library(${target} STATIC ${ROOM_SOURCES})
  set(root ${CMAKE_BINARY_DIR}/rooms/${name})
  file(MAKE_DIRECTORY ${root}/prow_coverage)
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/include/prow_coverage/${name}
       ${root}/prow_coverage/${name} SYMBOLIC)
  target_include_directories(${target} PUBLIC ${root})
  foreach(room IN LISTS ROOM_USES)
    target_link_libraries(${target} PUBLIC prow_coverage_${room})
  endforeach()
  foreach(room IN LISTS ROOM_PRIVATE_USES)
    target_link_libraries(${target} PRIVATE prow_coverage_${room})
  endforeach()
  target_link_libraries(${target} PRIVATE ${ROOM_LIBS})
  prow_coverage_precompile(${target})
endfunction()

# Lets a target start from the headers that nearly every source reads, parsed once (cmake/pch.h).
# A source includes what it needs all the same: the lint leg and the clang builds do without.
function(prow_coverage_precompile target)
  if(NOT PROW_COVERAGE_PCH)
    return()
  endif()
  if(NOT TARGET prow_coverage_pch)
    add_library(prow_coverage_pch STATIC ${CMAKE_SOURCE_DIR}/cmake/pch.cc)
    target_link_libraries(prow_coverage_pch PRIVATE prow_coverage_asio
                                                    nlohmann_json::nlohmann_json)
    target_precompile_headers(prow_coverage_pch PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch.h)
  endif()
  target_precompile_headers(${target} REUSE_FROM prow_coverage_pch)
endfunction()

# prow_coverage_test(NAME SOURCES file... [USES room...] [LIBS target...] [LABEL label]
#                    [TIMEOUT seconds])
#
# One GoogleTest binary; every TEST is a ctest test of its own, run in parallel with others. A
# room's private headers (src/<room>/*.h) can be included by the tests of that room.
function(prow_coverage_test name)
  cmake_parse_arguments(TEST "" "LABEL;TIMEOUT" "SOURCES;USES;LIBS" ${ARGN})
  if(NOT TEST_LABEL)
    set(TEST_LABEL unit)
  endif()
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 60)
  endif()
  add_executable(${name} ${TEST_SOURCES})
  foreach(room IN LISTS TEST_USES)
    target_link_libraries(${name} PRIVATE prow_coverage_${room})
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/src/${room})
  endforeach()
  target_link_libraries(${name} PRIVATE prow_coverage_test_support ${TEST_LIBS} GTest::gmock
                                        GTest::gtest_main)
  prow_coverage_precompile(${name})
  gtest_discover_tests(
    ${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${TEST_LABEL} TIMEOUT ${TEST_TIMEOUT})
endfunction()
