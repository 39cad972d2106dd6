// Secrets in the configuration of an image: in labels, commands, variables, and in the history,
// which says how each layer was made and keeps the build arguments for good.
//
// Findings are placed at what made a layer, and reports show the text there. So the text is changed
// before anybody reads it: each secret in it becomes ***. Only variables of the environment keep
// their values where the rule secret-in-environment judges them; reports hide these as they do in
// every text (reports/mask.h).
#pragma once

#include <vector>

#include "base/source.h"
#include "subjects/image.h"

namespace plimsoll::image {

struct ConfigSecrets {
  const Source* source = nullptr;  // `original`, or one without the secrets
  // Those that are no variables of the environment which secret-in-environment reports.
  std::vector<ImageSecret> found;
};

ConfigSecrets hide_config_secrets(const Source& original, Sources& sources);

}  // namespace plimsoll::image
