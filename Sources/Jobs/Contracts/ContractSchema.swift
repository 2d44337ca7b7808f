/// The JSON Schema (draft 2020-12) of contracts, made from the vocabulary that the reader uses.
package enum ContractSchema {
  /// The schema as the shipped file holds it.
  package static var text: String {
    SpecSchema.text(of: ContractVocabulary.contract, id: "urn:nightshift:contract:1", title: "Nightshift contract")
  }
}
