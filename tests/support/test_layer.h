// One layer made by a test, read, and what it says in lines of text.
#pragma once

#include <string>
#include <vector>

#include "base/text.h"
#include "image/layer_reader.h"
#include "image/merge.h"
#include "support/tar_text.h"

namespace plimsoll::test {

inline image::Layer layer_of(const TarText& tar) {
  image::LayerReader reader;
  reader.push(tar.text());
  return reader.finish();
}

// An image of these layers, the base first.
inline Image image_of(const std::vector<TarText>& tars) {
  std::vector<image::Layer> layers;
  for (const TarText& tar : tars) layers.push_back(layer_of(tar));
  Image out;
  out.layers.resize(layers.size());
  image::merge(layers, out);
  // They look into the layers.
  out.paths.clear();
  return out;
}

// "PATH: KIND NAME VERSION".
inline std::vector<std::string> packages_of(const image::Layer& layer) {
  std::vector<std::string> out;
  for (const image::PackageFile& file : layer.package_files) {
    for (const Package& package : file.packages) {
      out.push_back(
          concat(file.path, ": ", name_of(package.kind), " ", package.name, " ", package.version));
    }
  }
  return out;
}

inline std::vector<std::string> errors_of(const image::Layer& layer) {
  std::vector<std::string> out;
  for (const Error& error : layer.errors) out.push_back(concat(error.file, ": ", error.message));
  return out;
}

}  // namespace plimsoll::test
