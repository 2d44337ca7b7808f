/// `features`: columns of what sources knew at the moment of each row, made by a recipe that projects share.
package struct FeaturesOptions: Codable, Hashable, Sendable {
  package enum Recipe: Codable, Hashable, Sendable {
    /// Relative to the spec.
    case file(String)
    /// A dataset version that holds a recipe.
    case version(Reference)

    package var file: String? { if case .file(let path) = self { path } else { nil } }
    package var version: Reference? { if case .version(let reference) = self { reference } else { nil } }
  }

  /// The data of one of the recipe's sources.
  package struct Input: Codable, Hashable, Sendable {
    package var source: String
    package var reference: Reference

    /// What it is called among the step's inputs.
    package var name: String { "inputs.\(source)" }
  }

  package var data: Reference
  /// The column of the data that says as of when features may be known.
  package var time: String
  package var inputs: [Input]
  package var recipe: Recipe
  /// The dataset that gets the recipe as a version; nil: it is not published.
  package var publishedAs: String?
  package var dataset: String?
}
