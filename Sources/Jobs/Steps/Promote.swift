internal import Records
internal import Store
internal import Tables

/// `promote`: the alias moves when the verdict is promote.
package struct PromoteOptions: Codable, Hashable, Sendable {
  package var verdict: Reference
  package var model: Reference
  package var alias: String
}

extension Vocabulary {
  static let promote = Kind(
    name: "promote", help: "An alias moves to the model when the verdict is promote.",
    with: [
      Field("verdict", .reference([.verdict]), required: true, "The gate's verdict."),
      Field("model", .reference([.model]), required: true, "The challenger."),
      Field("alias", .name, required: true, "Usually `champion`."),
    ], outputs: ["": .promotion])
}

extension StepReader {
  func promote(_ with: Form) -> PromoteOptions? {
    guard let verdict = judgement(with, "verdict", .verdict, by: "gate"), let model = reference(with, "model", .model),
      let alias = with.name("alias")
    else { return nil }
    if alias == "latest" || alias.first == "v" && Int(alias.dropFirst()) != nil {
      with.complain(
        with.node["alias"]?.place ?? with.node.place, "`\(alias)` cannot be an alias: it means a version already")
    }
    return PromoteOptions(verdict: verdict, model: model, alias: alias)
  }
}
