#include <array>

#include "image/file_reader.h"
#include "image/files/accounts.h"
#include "image/files/apk.h"
#include "image/files/dpkg.h"
#include "image/files/os_release.h"
#include "image/files/rpm.h"

namespace plimsoll::image {

std::span<const FileReader* const> file_readers() {
  static constexpr std::array all{
      &dpkg_status,        &dpkg_status_part, &dpkg_file_list, &apk_installed, &rpm_sqlite,
      &rpm_sqlite_journal, &rpm_berkeley,     &rpm_ndb,        &os_release,    &accounts};
  return all;
}

}  // namespace plimsoll::image
