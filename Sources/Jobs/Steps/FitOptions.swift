internal import Records
internal import Store
internal import Tables

/// What becomes of data that is not as the model's training data was.
package struct FitOptions: Codable, Hashable, Sendable {
  /// A category that training never saw.
  package enum Unseen: String, Codable, Hashable, Sendable, CaseIterable {
    /// It counts as missing, and is told.
    case note
    case fail
  }

  /// A value that is not of the type that the model learnt.
  package enum Misfit: String, Codable, Hashable, Sendable, CaseIterable {
    case fail
    /// It is read as the type if it can be, else it counts as missing, and is told.
    case convert
  }

  package var onUnseen: Unseen
  package var onType: Misfit

  package init(onUnseen: Unseen = .note, onType: Misfit = .fail) {
    self.onUnseen = onUnseen
    self.onType = onType
  }
}

extension Vocabulary {
  /// Of every step that scores data with a model.
  static let fit: [Field] = [
    Field(
      "on-unseen", .word(FitOptions.Unseen.allCases.map(\.rawValue)),
      "A category that training never saw: `note`, it counts as missing; `fail`. Default: note."),
    Field(
      "on-type", .word(FitOptions.Misfit.allCases.map(\.rawValue)),
      "A value of another type than the model learnt: `fail`; `convert`, what cannot be read is missing. Default: fail."
    ),
  ]
}

extension StepReader {
  func fit(_ with: Form) -> FitOptions {
    FitOptions(
      onUnseen: with.word("on-unseen", FitOptions.Unseen.self) ?? .note,
      onType: with.word("on-type", FitOptions.Misfit.self) ?? .fail)
  }
}
