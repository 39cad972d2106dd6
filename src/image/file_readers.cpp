#include <array>

#include "image/file_reader.h"
#include "image/files/accounts.h"
#include "image/files/apk.h"
#include "image/files/composer.h"
#include "image/files/copyright.h"
#include "image/files/dotnet.h"
#include "image/files/dpkg.h"
#include "image/files/gem.h"
#include "image/files/java.h"
#include "image/files/npm.h"
#include "image/files/os_release.h"
#include "image/files/program.h"
#include "image/files/pypi.h"
#include "image/files/rpm.h"
#include "image/files/sbom.h"

namespace plimsoll::image {

std::span<const FileReader* const> file_readers() {
  static constexpr std::array all{
      // distributions
      &dpkg_status, &dpkg_status_part, &dpkg_file_list, &dpkg_copyright, &apk_installed,
      &rpm_sqlite, &rpm_sqlite_journal, &rpm_berkeley, &rpm_ndb,
      // languages
      &npm_package, &pypi_metadata, &gem_specification, &composer_installed, &dotnet_dependencies,
      &java_archive,
      // what others say
      &sbom_file,
      // the system
      &os_release, &accounts,
      // any that can be executed, so the last
      &program};
  return all;
}

}  // namespace plimsoll::image
