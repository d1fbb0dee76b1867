# Fails where CHANGELOG.md has no entry for the version of src/core/version.hpp.
file(READ "${CHANGELOG}" text)
string(FIND "${text}" "\n## [${VERSION}]" found)
if(VERSION STREQUAL "" OR found EQUAL -1)
    message(FATAL_ERROR "CHANGELOG.md has no entry for version ${VERSION}
  why: whatever a user could notice has a line there
  fix: add  ## [${VERSION}] - unreleased  to CHANGELOG.md, with what is new")
endif()
message("CHANGELOG.md has an entry for version ${VERSION}")
