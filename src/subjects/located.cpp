#include "subjects/located.h"

namespace plimsoll {

std::string_view name_of(Layer layer) {
  switch (layer) {
    case Layer::engine: return "engine default";
    case Layer::image: return "image";
    case Layer::dockerfile: return "Dockerfile";
    case Layer::compose: return "compose file";
    case Layer::run_line: return "run line";
    case Layer::inspect: return "inspect output";
    case Layer::create_request: return "create request";
    case Layer::daemon_json: return "daemon.json";
    case Layer::daemon_flags: return "dockerd's command line";
    case Layer::engine_answer: return "engine's answer";
    case Layer::host: return "host";
    case Layer::kernel: return "kernel";
  }
  return "";
}

}  // namespace plimsoll
