/// What a model goes by: what `explain` gives.
package struct ExplanationDocument: Codable, Hashable, Sendable {
  package var format = "nightshift-explanation 1"

  package init() {}
}
