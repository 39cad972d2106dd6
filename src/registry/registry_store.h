// An image in a registry, as a store of blobs: what an OCI layout holds, fetched when it is read.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "image/blob_store.h"
#include "registry/session.h"

namespace plimsoll::registry {

// `name` is what stands behind "registry://": "localhost:5000/app:1", "alpine", "alpine@sha256:…".
// Its "index.json" names the one manifest or index that the reference means; a blob is there when a
// document that was read before names it. Documents and layers are what they are sent as: who reads
// them compares their digests.
Result<std::unique_ptr<image::BlobStore>> open_registry_store(const std::string& name,
                                                              Options options, const Files& files);

}  // namespace plimsoll::registry
