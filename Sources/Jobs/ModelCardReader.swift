package import Records

/// Reads what people say of a model: `Jobs/cards/PROJECT/MODEL.yaml`.
package enum ModelCardReader {
  private static let fields: [Vocabulary.Field] = [
    Vocabulary.Field("owner", .text, "Who answers for the model."),
    Vocabulary.Field("intended-use", .text, "What it is for."),
    Vocabulary.Field("out-of-scope", .text, "What it must not be used for."),
    Vocabulary.Field("limits", .text, "What it cannot do, and when it is known to be wrong."),
    Vocabulary.Field("risks", .text, "What can happen to people by its use, and what is done about it."),
    Vocabulary.Field("contact", .text, "Whom to ask."),
  ]

  /// Throws every mistake with its place.
  package static func card(_ bytes: [UInt8], file: String) throws(SpecError) -> ModelCard {
    do throws(SpecMistakes) {
      let form = Form(try SpecDocument(bytes).root, title: "a model's card")
      form.check(fields)
      let card = ModelCard(
        owner: form.text("owner"), intendedUse: form.text("intended-use"), outOfScope: form.text("out-of-scope"),
        limits: form.text("limits"), risks: form.text("risks"), contact: form.text("contact"))
      guard form.mistakes.isEmpty else { throw SpecMistakes(form.mistakes) }
      return card
    } catch {
      throw SpecError(file: file, mistakes: error.mistakes)
    }
  }
}
