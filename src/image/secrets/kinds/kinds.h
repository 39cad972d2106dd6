// The tables of kinds, each in a file of its field.
#pragma once

#include <span>

#include "image/secrets/secret_kind.h"

namespace plimsoll::image::kinds {

extern const std::span<const SecretKind> ai;
extern const std::span<const SecretKind> business;
extern const std::span<const SecretKind> ci;
extern const std::span<const SecretKind> cloud;
extern const std::span<const SecretKind> messaging;
extern const std::span<const SecretKind> monitoring;
extern const std::span<const SecretKind> payment;
extern const std::span<const SecretKind> source_hosting;

}  // namespace plimsoll::image::kinds
