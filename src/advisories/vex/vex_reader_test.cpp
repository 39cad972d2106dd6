// Documents of the three formats, and what is said of broken ones.
#include "advisories/vex/vex_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/text.h"

namespace plimsoll::advisories {
namespace {

using Texts = std::vector<std::string>;

class VexText : public testing::Test {
 protected:
  // "NAMES: STATUS JUSTIFICATION of PRODUCT(SUBCOMPONENTS); PRODUCT"
  Texts read(std::string text) {
    const Source& source = sources_.add("x.json", std::move(text));
    Result<VexReading> reading = read_vex(source);
    EXPECT_TRUE(reading) << (reading ? "" : reading.error().message);
    reading_ = reading ? std::move(*reading) : VexReading();
    Texts out;
    for (const VexStatement& statement : reading_.value) {
      std::string products;
      for (const VexProduct& product : statement.products) {
        products += concat(products.empty() ? "" : "; ", join(product.names, " "));
        if (!product.subcomponents.empty()) {
          products += concat("(", join(product.subcomponents, " "), ")");
        }
      }
      out.push_back(concat(join(statement.vulnerabilities, " "), ": ", name_of(statement.status),
                           " ", statement.justification, " of ", products));
    }
    return out;
  }
  static std::string told(const Error& error) {
    const Position at = error.at.source->position(error.at.span.begin);
    return concat(std::to_string(at.line), ":", std::to_string(at.column), ": ", error.message);
  }
  Texts errors() const {
    Texts out;
    for (const Error& error : reading_.errors) out.push_back(told(error));
    return out;
  }
  std::string refusal(std::string text) {
    const Source& source = sources_.add("x.json", std::move(text));
    const Result<VexReading> reading = read_vex(source);
    return reading ? "none" : told(reading.error());
  }

  Texts openvex(const std::string& statements) {
    return read(concat(R"({"@context":"https://openvex.dev/ns/v0.2.0","@id":"doc","author":"we",)"
                       R"("timestamp":"2024-01-01T00:00:00Z","version":1,"statements":[)",
                       "\n", statements, "]}"));
  }
  Texts cyclonedx(const std::string& vulnerabilities) {
    return read(concat(
        R"({"bomFormat":"CycloneDX","specVersion":"1.6",)"
        R"("serialNumber":"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79","version":1,)"
        R"("metadata":{"timestamp":"2024-02-01T00:00:00Z","authors":[{"name":"they"}],)"
        R"("component":{"type":"container","bom-ref":"image","name":"shop","version":"1.2"}},)"
        R"("components":[{"type":"library","bom-ref":"a","purl":"pkg:npm/a@1","components":[)"
        R"({"type":"library","bom-ref":"b","purl":"pkg:npm/b@2"}]},)"
        R"({"type":"library","bom-ref":"c","purl":"pkg:npm/c"},)"
        R"({"type":"library","bom-ref":"nameless"}],"vulnerabilities":[)",
        "\n", vulnerabilities, "]}"));
  }
  Texts csaf(const std::string& vulnerabilities) {
    return read(concat(
        R"({"document":{"category":"csaf_vex","csaf_version":"2.0","publisher":{"name":"them"},)"
        R"("tracking":{"id":"V-1","current_release_date":"2024-03-01T00:00:00Z"}},"product_tree":{)"
        R"("branches":[{"category":"vendor","branches":[{"category":"product_version","product":)"
        R"({"product_id":"A","product_identification_helper":{"purl":"pkg:npm/a@1"}}}]}],)"
        R"("full_product_names":[{"product_id":"I","product_identification_helper":)"
        R"({"purl":"pkg:oci/shop@sha256:ab"}},{"product_id":"OS","product_identification_helper":)"
        R"({"cpe":"cpe:/o:x"}},{"product_id":"B","product_identification_helper":)"
        R"({"purls":["pkg:npm/b@1","pkg:npm/bb@1"]}}],)"
        R"("relationships":[{"category":"default_component_of","product_reference":"A",)"
        R"("relates_to_product_reference":"I","full_product_name":{"product_id":"A-I"}},)"
        R"({"category":"default_component_of","product_reference":"A",)"
        R"("relates_to_product_reference":"OS","full_product_name":{"product_id":"A-OS"}},)"
        R"({"category":"default_component_of","product_reference":"OS",)"
        R"("relates_to_product_reference":"I","full_product_name":{"product_id":"OS-I"}}],)"
        R"("product_groups":[{"group_id":"G","product_ids":["A","B"]}]},"vulnerabilities":[)",
        "\n", vulnerabilities, "]}"));
  }

  Sources sources_;
  VexReading reading_;
};

TEST_F(VexText, OfOpenVex020) {
  EXPECT_EQ(openvex(R"({"vulnerability":{"@id":"https://x","name":"CVE-1","aliases":["GHSA-1"]},
    "timestamp":"2024-05-01T00:00:00+02:00",
    "products":[{"@id":"pkg:oci/shop","identifiers":{"purl":"pkg:oci/shop@sha256:ab",
      "cpe23":"cpe:2.3:x"},"hashes":{"sha-256":"AB12","md5":"1"},
      "subcomponents":[{"@id":"pkg:npm/a@1"},{"identifiers":{"purl":"pkg:npm/b"}}]},
      {"@id":"pkg:npm/c@1"}],
    "status":"not_affected","justification":"component_not_present","impact_statement":"gone"},
    {"vulnerability":{"name":"CVE-2"},"products":["pkg:npm/d"],"status":"affected",
     "action_statement":"update","impact_statement":"never"},
    {"vulnerability":{"name":"CVE-3"},"products":["pkg:npm/d"],"status":"fixed"},
    {"vulnerability":{"name":"CVE-4"},"products":["pkg:npm/d"],"status":"under_investigation"})"),
            (Texts{"CVE-1 GHSA-1: not_affected component_not_present of pkg:oci/shop "
                   "pkg:oci/shop@sha256:ab sha256:ab12(pkg:npm/a@1 pkg:npm/b); pkg:npm/c@1",
                   "CVE-2: affected  of pkg:npm/d", "CVE-3: fixed  of pkg:npm/d",
                   "CVE-4: under_investigation  of pkg:npm/d"}));
  EXPECT_EQ(errors(), Texts{});
  const VexStatement& first = reading_.value[0];
  EXPECT_EQ(first.statement + first.author + first.timestamp + first.document,
            "gonewe2024-05-01T00:00:00+02:00doc");
  EXPECT_EQ(first.at.source->position(first.at.span.begin).line, 2u);
  EXPECT_EQ(reading_.value[1].statement + reading_.value[1].timestamp,
            "update2024-01-01T00:00:00Z");
}

TEST_F(VexText, OfOpenVex001) {
  EXPECT_EQ(read(R"({"@context":"https://openvex.dev/ns","author":"we","statements":[
    {"vulnerability":"CVE-1","products":["pkg:oci/a","pkg:oci/b"],"subcomponents":["pkg:npm/c"],
     "status":"not_affected","impact_statement":"it is"}]})"),
            (Texts{"CVE-1: not_affected  of pkg:oci/a(pkg:npm/c); pkg:oci/b(pkg:npm/c)"}));
  EXPECT_EQ(reading_.value[0].timestamp + reading_.value[0].document, "x.json");
}

TEST_F(VexText, OfOpenVexRefusesSingleStatements) {
  EXPECT_EQ(openvex(R"(7,
{"products":["p"],"status":"fixed"},
{"vulnerability":"V","products":["p"],"status":"unaffected"},
{"vulnerability":"V","products":["p"]},
{"vulnerability":"V","products":["p"],"status":"not_affected"},
{"vulnerability":"V","products":["p"],"status":"not_affected","justification":"luck"},
{"vulnerability":"V","status":"fixed"},
{"vulnerability":"V","products":["p"],"status":"fixed","timestamp":"yesterday"},
{"vulnerability":"V","products":["pkg:none"],"status":"fixed"},
{"vulnerability":"V","products":[{"@id":"p","subcomponents":["pkg:none"]}],"status":"fixed"},
{"vulnerability":"V","products":["p"],"subcomponents":[7],"status":"fixed"},
{"vulnerability":"V","products":[{"@id":"p","subcomponents":[]}],"status":"fixed"})"),
            (Texts{"V: fixed  of p"}));
  EXPECT_EQ(
      errors(),
      (Texts{"2:1: a statement is an object", "3:1: the statement names no vulnerability",
             "4:48: the statement's status is none of OpenVEX: \"unaffected\"",
             "5:1: the statement's status is none of OpenVEX: \"\"",
             "6:1: the statement says \"not_affected\" and not why",
             "7:79: the justification is none of OpenVEX", "8:1: the statement names no product",
             "9:68: the statement's time is none as RFC 3339 writes it",
             "10:34: this is no package URL: \"pkg:none\"", "10:1: the statement names no product",
             "11:62: this is no package URL: \"pkg:none\"",
             "11:34: none of the product's subcomponents can be read",
             "11:1: the statement names no product",
             "12:56: a name is a text, and this is a number",
             "12:1: none of the statement's subcomponents can be read"}));
}

TEST_F(VexText, OfCycloneDx) {
  const auto vulnerability = [](const std::string& id, const std::string& state,
                                const std::string& rest) {
    return concat(R"({"id":")", id, R"(","analysis":{"state":")", state, "\"", rest, "},",
                  R"("affects":[{"ref":"a"}]})");
  };
  EXPECT_EQ(
      cyclonedx(concat(
          vulnerability("1", "exploitable", ""), ",", vulnerability("2", "in_triage", ""), ",",
          vulnerability("3", "false_positive", ""), ",",
          vulnerability("4", "not_affected",
                        R"(,"justification":"code_not_reachable","detail":"it is so")"),
          ",", vulnerability("5", "resolved", ""), ",",
          vulnerability("6", "resolved_with_pedigree", R"(,"lastUpdated":"2024-04-01T00:00:00Z")"),
          R"(,{"id":"7","affects":[{"ref":"a"}]})")),
      (Texts{"1: affected  of pkg:npm/a@1", "2: under_investigation  of pkg:npm/a@1",
             "3: not_affected  of pkg:npm/a@1", "4: not_affected code_not_reachable of pkg:npm/a@1",
             "5: fixed  of pkg:npm/a@1", "6: fixed  of pkg:npm/a@1"}));
  EXPECT_EQ(errors(), Texts{});
  const VexStatement& fourth = reading_.value[3];
  EXPECT_EQ(fourth.statement + fourth.author + fourth.timestamp + fourth.document,
            "it is sothey2024-02-01T00:00:00Z"
            "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79");
  EXPECT_EQ(reading_.value[5].timestamp, "2024-04-01T00:00:00Z");
}

TEST_F(VexText, OfCycloneDxResolvesReferences) {
  const auto of = [&](const std::string& affects) {
    const Texts out = cyclonedx(
        concat(R"({"id":"V","references":[{"id":"W"}],"analysis":{"state":"resolved"},"affects":[)",
               affects, "]}"));
    return out.empty() ? std::string("none") : out.front().substr(11);
  };
  const std::string here = "urn:cdx:3E671687-395b-41f5-a30f-a58921a69b79/1";
  const std::string elsewhere = "urn:cdx:00000000-395b-41f5-a30f-a58921a69b79/1";
  EXPECT_EQ(of(R"({"ref":"b"})"), " of pkg:npm/b@2");
  EXPECT_EQ(of(R"({"ref":"image"})"), " of shop:1.2");
  EXPECT_EQ(of(concat(R"({"ref":")", here, R"(#b"})")), " of pkg:npm/b@2");
  EXPECT_EQ(of(concat(R"({"ref":")", here, R"(#%62"})")), " of pkg:npm/b@2");
  EXPECT_EQ(of(concat(R"({"ref":")", here, R"("})")), " of shop:1.2");
  EXPECT_EQ(of(R"({"ref":"pkg:npm/z@1"})"), " of pkg:npm/z@1");
  EXPECT_EQ(of(concat(R"({"ref":")", elsewhere, R"(#pkg:npm/z@1"})")), " of pkg:npm/z@1");
  EXPECT_EQ(of(concat(R"({"ref":")", elsewhere, R"(#pkg%3Anpm/z%401"})")), " of pkg:npm/z@1");
  EXPECT_EQ(errors(), Texts{});
  // What cannot be resolved is no product: the statement is about nothing.
  EXPECT_EQ(of(concat(R"({"ref":")", elsewhere, R"(#b"})")), " of ");
  EXPECT_EQ(errors(),
            (Texts{concat("2:87: no component has the reference \"", elsewhere, "#b\"")}));
  EXPECT_EQ(of(R"({"ref":"nameless"})"), " of ");
  EXPECT_EQ(errors(), (Texts{"2:87: the component has no package URL"}));
  EXPECT_EQ(of("{}"), " of ");
  EXPECT_EQ(errors(), (Texts{"2:80: what is affected has no \"ref\""}));
  EXPECT_EQ(of(""), " of ");
  EXPECT_EQ(of(R"({"ref":"a","versions":[{"version":"1"}]})"), " of pkg:npm/a@1");
  EXPECT_EQ(of(R"({"ref":"c","versions":[{"version":"1"}]})"), " of ");
  EXPECT_EQ(errors(), (Texts{"2:102: a list of versions is not read: the component must have its "
                             "version"}));
}

TEST_F(VexText, OfCycloneDxNamesImages) {
  const auto named = [&](const std::string& component) {
    return read(concat(R"({"bomFormat":"CycloneDX","specVersion":"1.4","metadata":{"component":{)",
                       R"("bom-ref":"i",)", component, R"(}},"vulnerabilities":[{"id":"V",)",
                       R"("analysis":{"state":"resolved"},"affects":[{"ref":"i"}]}]})"))
        .front();
  };
  EXPECT_EQ(named(R"("type":"container","name":"shop","version":"1.2")"), "V: fixed  of shop:1.2");
  EXPECT_EQ(named(R"("type":"container","name":"shop")"), "V: fixed  of shop");
  EXPECT_EQ(named(R"("type":"container","name":"h:5000/shop","version":"2")"),
            "V: fixed  of h:5000/shop:2");
  EXPECT_EQ(named(R"("type":"container","name":"shop:1","version":"2")"), "V: fixed  of shop:1");
  EXPECT_EQ(named(R"("type":"container","name":"shop:1","version":"sha256:ab")"),
            "V: fixed  of sha256:ab");
  EXPECT_EQ(named(R"("type":"container","name":"shop","purl":"pkg:oci/shop@sha256:ab")"),
            "V: fixed  of pkg:oci/shop@sha256:ab");
  EXPECT_EQ(named(R"("type":"application","name":"shop","version":"1.2")"), "V: fixed  of ");
}

TEST_F(VexText, OfCycloneDxRefusesSingleStatements) {
  EXPECT_EQ(cyclonedx(R"(7,
{"id":"V","analysis":{"state":"fine"}},
{"analysis":{"state":"resolved"}},
{"id":"V","analysis":{"state":"resolved","lastUpdated":7}},
{"id":"V","analysis":{"state":"resolved"}})"),
            (Texts{"V: fixed  of "}));
  EXPECT_EQ(errors(), (Texts{"2:1: a vulnerability is an object",
                             "3:31: the analysis has a state that CycloneDX does not",
                             "4:1: the vulnerability has no \"id\"",
                             "5:56: the statement's time is none as RFC 3339 writes it"}));
}

TEST_F(VexText, OfCsaf) {
  EXPECT_EQ(
      csaf(R"({"cve":"CVE-1","ids":[{"system_name":"x","text":"X-1"}],
    "product_status":{"known_not_affected":["A","B","I"],"fixed":["A"],"first_fixed":["B"],
      "known_affected":["A-I"],"last_affected":["I"],"first_affected":["A"],
      "under_investigation":["I"],"recommended":["A"]},
    "flags":[{"label":"component_not_present","group_ids":["G"]}],
    "threats":[{"category":"impact","details":"no way","product_ids":["I"]},
      {"category":"exploit_status","details":"none","product_ids":["A"]}],
    "remediations":[{"category":"vendor_fix","details":"update","product_ids":["A-I"]}]})"),
      (Texts{"CVE-1 X-1: not_affected component_not_present of pkg:npm/a@1; pkg:npm/b@1 "
             "pkg:npm/bb@1",
             "CVE-1 X-1: not_affected  of pkg:oci/shop@sha256:ab",
             "CVE-1 X-1: affected  of pkg:oci/shop@sha256:ab(pkg:npm/a@1)",
             "CVE-1 X-1: affected  of pkg:npm/a@1",
             "CVE-1 X-1: affected  of pkg:oci/shop@sha256:ab", "CVE-1 X-1: fixed  of pkg:npm/a@1",
             "CVE-1 X-1: fixed  of pkg:npm/b@1 pkg:npm/bb@1",
             "CVE-1 X-1: under_investigation  of pkg:oci/shop@sha256:ab"}));
  EXPECT_EQ(errors(), Texts{});
  EXPECT_EQ(reading_.value[1].statement, "no way");
  EXPECT_EQ(reading_.value[2].statement, "update");
  const VexStatement& first = reading_.value[0];
  EXPECT_EQ(first.statement + first.author + first.timestamp + first.document,
            "them2024-03-01T00:00:00ZV-1");
}

TEST_F(VexText, OfCsafWhatIsSaidOfNoneIsSaidOfAll) {
  EXPECT_EQ(csaf(R"({"cve":"V","product_status":{"known_not_affected":["A","I"]},
    "flags":[{"label":"component_not_present"}]})"),
            (Texts{"V: not_affected component_not_present of pkg:npm/a@1; "
                   "pkg:oci/shop@sha256:ab"}));
}

TEST_F(VexText, OfCsafRefusesSingleStatements) {
  EXPECT_EQ(csaf(R"(7,
{"product_status":{"fixed":["A"]}},
{"cve":"V","product_status":{"known_not_affected":["A"]},"flags":[{"label":"luck"}]},
{"cve":"V","product_status":{"known_not_affected":["Z","I"]},
 "flags":[{"label":"component_not_present","product_ids":["I"]}]},
{"cve":"V","product_status":{"fixed":["OS","A-OS","OS-I"]}},
{"cve":"V"})"),
            (Texts{"V: not_affected component_not_present of pkg:oci/shop@sha256:ab"}));
  EXPECT_EQ(errors(),
            (Texts{"2:1: a vulnerability is an object",
                   "3:1: the vulnerability has neither \"cve\" nor \"ids\"",
                   "4:51: products are \"known_not_affected\", and nothing says why",
                   "5:52: the tree has no product \"Z\"",
                   "1:171: what is said of 3 products without a package URL is left out"}));
}

TEST_F(VexText, RefusesDocuments) {
  EXPECT_EQ(refusal("{"), "1:2: expected a member's name in quotes, and the text ends");
  EXPECT_EQ(refusal("[]"), "1:1: a VEX document is an object, and this is an array");
  EXPECT_EQ(refusal("{}"), "1:1: the document is none that holds VEX statements");
  EXPECT_EQ(refusal(R"({"document":{}})"), "1:1: the document is none that holds VEX statements");
  EXPECT_EQ(refusal(R"({"@context":"https://spdx.org/x"})"),
            "1:1: the document is none that holds VEX statements");
  EXPECT_EQ(refusal(R"({"@context":"https://openvex.dev/ns/v9"})"),
            "1:13: OpenVEX is read in its versions 0.0.1 and 0.2.0, and this is "
            "\"https://openvex.dev/ns/v9\"");
  EXPECT_EQ(refusal(R"({"@context":"https://openvex.dev/ns"})"), "1:1: \"statements\" is an array");
  EXPECT_EQ(refusal(R"({"@context":"https://openvex.dev/ns","statements":[],"timestamp":7})"),
            "1:66: this is no time as RFC 3339 writes it: 7");
  EXPECT_EQ(refusal(R"({"bomFormat":"X"})"),
            "1:14: \"bomFormat\" is \"CycloneDX\" and nothing else");
  EXPECT_EQ(refusal(R"({"bomFormat":"CycloneDX","specVersion":"1.3"})"),
            "1:40: CycloneDX says something of vulnerabilities in its versions 1.4 to 1.7");
  EXPECT_EQ(refusal(R"({"bomFormat":"CycloneDX","specVersion":"1.5","vulnerabilities":{}})"),
            "1:64: \"vulnerabilities\" is an array");
  EXPECT_EQ(refusal(R"({"document":{"csaf_version":"1.2"}})"),
            "1:29: CSAF is read in its versions 2.0 and 2.1");
  EXPECT_EQ(refusal(R"({"document":{"csaf_version":"2.0","category":"csaf_base"}})"),
            "1:46: only CSAF documents of the category \"csaf_vex\" hold VEX statements");
}

TEST_F(VexText, IsBounded) {
  const std::string name(max_vex_name, 'p');
  const auto statement = [](const std::string& product) {
    return concat(R"({"vulnerability":"V","products":[")", product, R"("],"status":"fixed"})");
  };
  EXPECT_EQ(openvex(statement(name)).size(), 1u);
  EXPECT_EQ(openvex(statement(name + "p")).size(), 0u);
  EXPECT_EQ(errors().front(), "2:34: a name has more than 1024 bytes");

  std::string many = "0";
  for (std::size_t i = 0; i < max_vex_errors + 1; ++i) many += ",0";
  openvex(many);
  ASSERT_EQ(errors().size(), max_vex_errors + 1);
  EXPECT_EQ(errors().back(), "1:1: 2 more statements are at fault");

  // A text is cut between characters.
  std::string words(max_vex_text - 1, 'w');
  openvex(
      concat(R"({"vulnerability":"V","products":["p"],"status":"affected","action_statement":")",
             words, "\u00e9\"}"));
  EXPECT_EQ(reading_.value[0].statement, words);

  std::string statements = statement("p");
  for (std::size_t i = 1; i < max_vex_statements; ++i) statements += concat(",", statement("p"));
  const std::string begin = R"({"@context":"https://openvex.dev/ns","statements":[)";
  EXPECT_EQ(refusal(concat(begin, statements, ",", statement("p"), "]}")),
            "1:1: the document has more than 100000 statements");

  // A name that is written once, and meant for each of many.
  std::string products = "\"p\"";
  for (int i = 0; i < 70'000; ++i) products += ",\"p\"";
  EXPECT_EQ(refusal(concat(begin, R"({"vulnerability":"V","subcomponents":[")", name,
                           R"("],"products":[)", products, R"(],"status":"fixed"}]})")),
            "1:1: the document's statements name more products than fit into 64 MiB");
}

}  // namespace
}  // namespace plimsoll::advisories
