internal import Records
internal import Store
internal import Tables

/// `feedback`: what came true, joined to the predictions that were made of it.
package struct FeedbackOptions: Codable, Hashable, Sendable {
  package var predictions: Reference
  package var labels: Reference
  package var key: [String]
  package var target: String
}

extension Vocabulary {
  static let feedback = Kind(
    name: "feedback", help: "Labels that come late, joined by key to the predictions that were made then.",
    with: [
      Field("predictions", .reference([.dataset]), required: true, "What `predict` gave."),
      Field("labels", .reference([.dataset]), required: true, "The rows with what came true."),
      Field("key", .oneOrMore(.text), required: true, "Columns that say which row is which in both."),
      Field("target", .target, required: true, "A column of the labels, or a comparison over one."),
    ], outputs: ["": .dataset, "performance": .performance], usesAllCores: true)
}

extension StepReader {
  func feedback(_ with: Form) -> FeedbackOptions? {
    guard let predictions = reference(with, "predictions", .dataset), let labels = reference(with, "labels", .dataset),
      let target = with.text("target")
    else { return nil }
    return FeedbackOptions(predictions: predictions, labels: labels, key: with.texts("key"), target: target)
  }
}
